using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.Deadlines;

/// <summary>Three services on Kestrel: A calls B, B calls C, and C takes requests and never answers.</summary>
internal sealed class ServiceChain : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Service, TimeSpan At)> _begun = [];
    private readonly ConcurrentQueue<(string Service, string Scope)> _timeouts = [];
    private readonly List<WebApplication> _apps = [];
    private readonly Stopwatch _sinceCall = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _edge = new();
    private int _inFlight;

    public static async Task<ServiceChain> StartAsync(bool deadlines)
    {
        var chain = new ServiceChain();
        var c = await chain.StartAsync("C", deadlines, next: null);
        var b = await chain.StartAsync("B", deadlines, next: c);
        chain._edge.BaseAddress = await chain.StartAsync("A", deadlines, next: b);
        return chain;
    }

    /// <summary>Calls A and says how long the caller waits.</summary>
    /// <returns>The status that A answers.</returns>
    public async Task<int> CallAsync(TimeSpan deadline)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "");
        request.Headers.Add("X-Deadline-Ms", deadline.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        _sinceCall.Start();
        using var response = await _edge.SendAsync(request);
        return (int)response.StatusCode;
    }

    /// <summary>None of the services handles a request any more.</summary>
    public Task WhenIdleAsync() => _idle.Task;

    public int Begun(string service) => _begun.Count(request => request.Service == service);

    public int BegunAfter(string service, TimeSpan time) => _begun.Count(request => request.Service == service && request.At > time);

    /// <summary>The time limits that ended the calls to a service, without those of single attempts.</summary>
    public string[] Scopes(string service) => [.. _timeouts.Where(timeout => timeout.Service == service).Select(timeout => timeout.Scope)];

    public async ValueTask DisposeAsync()
    {
        _edge.Dispose();
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }
    }

    private async Task<Uri> StartAsync(string name, bool deadlines, Uri? next)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.Services.AddResilientHttpClient("next", options =>
        {
            options.TotalTimeout = TimeSpan.FromSeconds(10);
            options.AttemptTimeout = TimeSpan.FromSeconds(name == "B" ? 0.7 : 10);
            options.Retry.BaseDelay = TimeSpan.FromMilliseconds(50);
            options.Retry.Jitter = HttpRetryJitter.None;
            options.CircuitBreaker.Enabled = false;
            options.Deadline.Propagate = deadlines;
        }).ConfigureHttpClient(client => client.BaseAddress = next);
        var app = builder.Build();
        _apps.Add(app);
        if (deadlines)
        {
            app.UseRequestDeadline();
        }

        app.Run(context => HandleAsync(context, name, next));
        await app.StartAsync();
        return new Uri(app.Urls.Single() + "/");
    }

    private async Task HandleAsync(HttpContext context, string name, Uri? next)
    {
        _begun.Enqueue((name, _sinceCall.Elapsed));
        Interlocked.Increment(ref _inFlight);
        try
        {
            context.Response.StatusCode = next is null ? await HangAsync(context) : await AskAsync(context, name == "A" ? "B" : "C");
        }
        finally
        {
            if (Interlocked.Decrement(ref _inFlight) == 0)
            {
                _idle.TrySetResult();
            }
        }
    }

    private static async Task<int> HangAsync(HttpContext context)
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return StatusCodes.Status504GatewayTimeout;
    }

    private async Task<int> AskAsync(HttpContext context, string next)
    {
        try
        {
            var client = context.RequestServices.GetRequiredService<IHttpClientFactory>().CreateClient("next");
            using var response = await client.GetAsync(new Uri("", UriKind.Relative));
            return (int)response.StatusCode;
        }
        catch (RequestTimedOutException timeout)
        {
            _timeouts.Enqueue((next, timeout.Scope.ToString().ToLowerInvariant()));
            return (int)HttpStatusCode.GatewayTimeout;
        }
    }
}
