using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Resilience.Http.IntegrationTests.Tracing;

/// <summary>Spans through the OpenTelemetry SDK, over real sockets, as an app collects them.</summary>
public sealed class TraceTests : IAsyncDisposable
{
    private readonly CancellationToken _none = CancellationToken.None;
    private readonly List<string> _traceParents = [];
    private WebApplication? _server;
    private int _asked;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Retry_and_redirect_give_one_trace_and_each_attempt_its_resend_count()
    {
        var address = await StartServerAsync();
        var name = $"payments-{Guid.NewGuid():N}";
        using var host = StartHost(name, out var spans);
        var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

        using (var response = await client.GetAsync(new Uri(address, "flaky"), _none))
        {
            Assert.True(response.IsSuccessStatusCode);
        }

        var call = Assert.Single(
            spans, span => span.Source.Name == "Resilience.Http" && name.Equals(span.GetTagItem("resilience.service.name")));
        var attempts = spans.Where(span => span.ParentSpanId == call.SpanId).OrderBy(span => span.StartTimeUtc).ToArray();
        Assert.Equal([503, 302, 200], attempts.Select(span => span.GetTagItem("http.response.status_code")));
        Assert.Equal([null, 1, 2], attempts.Select(span => span.GetTagItem("http.request.resend_count")));
        Assert.All(attempts, span => Assert.Equal(call.TraceId, span.TraceId));
        Assert.Equal(
            (ActivityStatusCode.Unset, "success", 2),
            (call.Status, call.GetTagItem("resilience.outcome"), call.GetTagItem("resilience.attempts")));
        Assert.Equal(attempts.Select(span => span.Id), _traceParents);
    }

    [Fact]
    public async Task A_request_of_a_fallback_to_another_service_is_not_a_resend()
    {
        var address = await StartServerAsync();
        var name = $"payments-{Guid.NewGuid():N}";
        using var backup = new HttpClient();
        using var host = StartHost(name, out var spans, client: client => client.AddFallback(
            async (_, token) => await backup.GetAsync(new Uri(address, "backup"), token)));
        var payments = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

        using (var response = await payments.GetAsync(new Uri(address, "down"), _none))
        {
            Assert.True(response.IsSuccessStatusCode);
        }

        var call = Assert.Single(
            spans, span => span.Source.Name == "Resilience.Http" && name.Equals(span.GetTagItem("resilience.service.name")));
        var sent = spans.Where(span => span.ParentSpanId == call.SpanId).OrderBy(span => span.StartTimeUtc).ToArray();
        Assert.Equal([503, 503, 503, 503, 200], sent.Select(span => span.GetTagItem("http.response.status_code")));
        Assert.Equal([null, 1, 2, 3, null], sent.Select(span => span.GetTagItem("http.request.resend_count")));
    }

    [Theory]
    [InlineData("down", "CallFailed")]
    [InlineData("flaky", "CallRecovered")]
    public async Task Log_lines_of_a_call_carry_its_trace_id(string path, string line)
    {
        var address = await StartServerAsync();
        var name = $"payments-{Guid.NewGuid():N}";
        var lines = new TraceIdsOfLines();
        using var host = StartHost(name, out var spans, lines);
        var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

        using (await client.GetAsync(new Uri(address, path), _none))
        {
        }

        var call = Assert.Single(
            spans, span => span.Source.Name == "Resilience.Http" && name.Equals(span.GetTagItem("resilience.service.name")));
        Assert.Contains(lines.Written, written => written.Line == line);
        Assert.All(lines.Written, written => Assert.Equal(call.TraceId.ToString(), written.TraceId));
    }

    private static IHost StartHost(
        string name, out ConcurrentQueue<Activity> spans, ILoggerProvider? logs = null, Action<IHttpClientBuilder>? client = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var added = builder.Services.AddResilientHttpClient(name, options => options.Retry.BaseDelay = TimeSpan.Zero);
        client?.Invoke(added);
        var exported = new ConcurrentQueue<Activity>(); // other tests of the process send spans too
        builder.Services.AddResilienceHttpTelemetry();
        builder.Services.AddSingleton(provider => Sdk.CreateTracerProviderBuilder()
            .AddResilienceHttpInstrumentation()
            .AddProcessor(new SimpleActivityExportProcessor(new ListExporter(exported)))
            .Build());
        if (logs is not null)
        {
            builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(logs);
        }

        spans = exported;
        var host = builder.Build();
        _ = host.Services.GetRequiredService<TracerProvider>();
        return host;
    }

    private async Task<Uri> StartServerAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync(_none);
        return new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    private Task AnswerAsync(HttpContext context)
    {
        _traceParents.Add(context.Request.Headers.TraceParent.ToString());
        switch (context.Request.Path.Value)
        {
            case "/flaky" when Interlocked.Increment(ref _asked) == 1:
            case "/down":
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
            case "/flaky":
                context.Response.Redirect("/moved");
                break;
        }

        return Task.CompletedTask;
    }

    private sealed class ListExporter(ConcurrentQueue<Activity> spans) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                spans.Enqueue(span);
            }

            return ExportResult.Success;
        }
    }

    /// <summary>Notes the trace id in which each line of ours was written; those of registration, 1xx, belong to no call.</summary>
    private sealed class TraceIdsOfLines : ILoggerProvider, ILogger
    {
        public List<(string? Line, string? TraceId)> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("Resilience.Http", StringComparison.Ordinal)
                ? this
                : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id >= 200)
            {
                Written.Add((eventId.Name, Activity.Current?.TraceId.ToString()));
            }
        }

        public void Dispose()
        {
        }
    }
}
