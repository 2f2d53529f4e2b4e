using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>Where the usual variable names a collector, the sample sends its traces and metrics there.</summary>
public sealed class CollectorTests
{
    private static readonly string[] Signals = ["/v1/metrics", "/v1/traces"];

    private readonly ConcurrentDictionary<string, long> _received = new();
    private readonly TaskCompletionSource _allReceived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Traces_and_metrics_go_to_the_collector_that_the_environment_names()
    {
        await using var collector = await StartCollectorAsync();
        await using (var app = SampleApp.Start(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
        {
            using var response = await app.Api.GetAsync("orders/1");
        }

        // The end of the app sends what was not sent yet, on a thread that nobody waits for.
        await _allReceived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Signals, _received.Keys.Order());
        Assert.All(_received.Values, bytes => Assert.True(bytes > 0));
    }

    private async Task<WebApplication> StartCollectorAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = builder.Build();
        collector.MapPost("/{**signal}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _received.AddOrUpdate(request.Path, body.Length, (_, bytes) => bytes + body.Length);
            if (Signals.All(_received.ContainsKey))
            {
                _allReceived.TrySetResult();
            }

            return Results.Ok();
        });
        await collector.StartAsync();
        return collector;
    }
}
