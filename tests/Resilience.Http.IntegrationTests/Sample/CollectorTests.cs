using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>Where the usual variable names a collector, the sample sends its traces and metrics there.</summary>
public sealed class CollectorTests
{
    [Fact]
    public async Task Traces_and_metrics_go_to_the_collector_that_the_environment_names()
    {
        var received = new ConcurrentDictionary<string, long>();
        await using var collector = await StartCollectorAsync(received);
        await using (var app = SampleApp.Start(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
        {
            using var response = await app.Api.GetAsync("orders/1");
        }

        // The end of the app flushed what was not sent yet.
        Assert.Equal(["/v1/metrics", "/v1/traces"], received.Keys.Order());
        Assert.All(received.Values, bytes => Assert.True(bytes > 0));
    }

    private static async Task<WebApplication> StartCollectorAsync(ConcurrentDictionary<string, long> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = builder.Build();
        collector.MapPost("/{**signal}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.AddOrUpdate(request.Path, body.Length, (_, bytes) => bytes + body.Length);
            return Results.Ok();
        });
        await collector.StartAsync();
        return collector;
    }
}
