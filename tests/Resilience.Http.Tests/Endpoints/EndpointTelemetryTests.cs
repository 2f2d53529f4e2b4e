using Resilience.Http.Tests.Tracing;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>Which address spans and metrics name if a service has several.</summary>
public sealed class EndpointTelemetryTests
{
    [Fact]
    public async Task The_span_names_the_last_endpoint()
    {
        using var spans = new RecordedSpans("endpoint-spans");
        using var client = new EndpointFixture(s => s.Fail(1, 503).Always(200), name: "endpoint-spans");

        using var response = await client.GetAsync();

        Assert.Equal(2, client.Hosts.Length);
        Assert.Equal(client.Hosts[^1] == 'a' ? A : B, spans.Single.GetTagItem("resilience.authority"));
    }

    [Fact]
    public async Task Every_circuit_metric_names_the_endpoint()
    {
        using var client = new EndpointFixture(s => s.Always(500), o =>
        {
            o.Retry.Enabled = false;
            o.CircuitBreaker.FailureThreshold = 1;
        });
        await client.GetManyAsync(2);
        await Assert.ThrowsAsync<CircuitOpenException>(() => client.GetAsync());

        Assert.Equal([A, B], AuthoritiesOf("circuit_breaker.failures"));
        Assert.Equal([A, B], AuthoritiesOf("circuit_breaker.transitions"));
        Assert.All(AuthoritiesOf("circuit_breaker.rejections"), static authority => Assert.Contains(authority, (string[])[A, B]));
        Assert.NotEmpty(AuthoritiesOf("circuit_breaker.rejections"));
        Assert.Equal(
            [A, B],
            client.Metrics.Observe("circuit_breaker.state").Select(static one => one.Tags["resilience.authority"]).Distinct().Order());

        object?[] AuthoritiesOf(string instrument) =>
            [.. client.Metrics.Of(instrument).Select(static one => one.Tags["resilience.authority"]).Distinct().Order()];
    }
}
