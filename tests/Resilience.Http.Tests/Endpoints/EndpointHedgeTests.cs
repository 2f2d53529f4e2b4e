using System.Net;
using Resilience.Http.Testing.Chance;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>Hedges of a service with several endpoints.</summary>
public sealed class EndpointHedgeTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_hedge_goes_to_another_endpoint_and_its_answer_names_it()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var client = Client(seed, s => s.At(A, a => a.Slow(TimeSpan.FromSeconds(5)).Always()).Always(200));
            await client.GetManyAsync(4);

            Assert.Empty(client.Hosts.Replace("ab", "").Replace("b", "")); // Each send to A is followed by its hedge.
            Assert.Equal(client.Hosts.Count(static host => host == 'a') * Delay, client.Clock.Elapsed);
        }
    }

    [Fact]
    public async Task Two_hedges_and_the_first_send_go_to_three_endpoints()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var client = Client(
                seed, s => s.Slow(TimeSpan.FromSeconds(5)).Always(), [A, B, C], static o => o.Hedging.MaxHedges = 2);

            using var response = await client.GetAsync();

            Assert.Equal("abc", string.Concat(client.Hosts.Order()));
        }
    }

    [Fact]
    public async Task The_answer_of_a_hedge_names_the_endpoint_that_gave_it()
    {
        var hedged = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            using var client = Client(seed, s => s.At(A, a => a.Slow(TimeSpan.FromSeconds(5)).Always()).Always(200));

            using var response = await client.GetAsync();

            Assert.Contains(client.Hosts, new[] { "ab", "b" }); // Only A is slow, so only a send to A is hedged.
            Assert.Equal("b.internal", response.RequestMessage!.RequestUri!.Host);
            hedged += client.Hosts.Length - 1;
        }

        Assert.InRange(hedged, 1, 19);
    }

    [Fact]
    public async Task A_retry_goes_to_an_endpoint_that_neither_the_send_nor_its_hedge_used()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var client = Client(
                seed, s => s.Slow(TimeSpan.FromMilliseconds(300), HttpStatusCode.ServiceUnavailable).Always(), [A, B, C]);

            using var response = await client.GetAsync();

            Assert.Equal("abc", string.Concat(client.Hosts[..3].Order()));
        }
    }

    private static EndpointFixture Client(
        int seed,
        Action<Resilience.Http.Testing.ServerScript> script,
        string[]? addresses = null,
        Action<ResilientHttpClientOptions>? configure = null) => new(
            script,
            options =>
            {
                options.CircuitBreaker.Enabled = seed == 1;
                options.Hedging.Enabled = true;
                options.Hedging.Delay = Delay;
                options.Hedging.MaxExtraLoad = 1;
                configure?.Invoke(options);
            },
            addresses,
            new SeededChance(seed).Next);
}
