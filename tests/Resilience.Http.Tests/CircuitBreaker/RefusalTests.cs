using System.Net;
using Resilience.Http.CircuitBreaker;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>What a caller sees of a circuit that lets nothing through.</summary>
public sealed class RefusalTests
{
    private readonly VirtualTimeProvider _clock = new(new(2030, 1, 1, 12, 1, 7, TimeSpan.Zero));

    [Fact]
    public async Task The_exception_says_what_happened_to_whom_since_when_and_what_to_do()
    {
        using var server = new ScriptedServer(script => script.Always(503), _clock);
        using var client = new ChainClient(server, options => options.Retry.Enabled = false, _clock, chance: () => 0);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.Http.GetAsync("/")).StatusCode);
        }

        _clock.Advance(TimeSpan.FromSeconds(22));
        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));

        Assert.Equal(
            "payments (https://payments.internal) is open since 12:01:07: 5 consecutive failures, last 503 ServiceUnavailable; next trial in 8 s",
            refusal.Message);
        Assert.Equal(CircuitState.Open, Assert.Single(CircuitRegistry.Of(client.Service.Host).GetAll()).State);
        Assert.Equal(5, server.Requests.Count);
    }
}
