using System.Net;
using Resilience.Http.Testing;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>Failover to a second region and back.</summary>
public sealed class OrderedTests
{
    private const string A2 = "http://a2.internal:8080";
    private const string B2 = "http://b2.internal:8080";

    [Fact]
    public async Task All_traffic_is_in_the_first_region_and_shared_there()
    {
        using var client = Client(s => s.Always(200));

        var hosts = await client.GetManyAsync(100);

        Assert.Equal(new string('a', 100), hosts);
        Assert.InRange(client.Server.Requests.Count(static request => request.Uri!.Host == "a.internal"), 40, 60);
    }

    [Fact]
    public async Task If_the_first_region_is_down_all_traffic_is_in_the_second_within_a_second()
    {
        var down = false;
        using var client = Client(s => s
            .When(request => request.Uri().Host[0] == 'a' && down, a => a.Refuse().Always())
            .Always(200));
        await client.GetManyAsync(20);
        down = true;
        var began = client.Clock.Elapsed;
        while (client.Clock.Elapsed < began + TimeSpan.FromSeconds(1))
        {
            client.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await client.GetManyAsync(1);
        }

        Assert.Equal(new string('b', 20), await client.GetManyAsync(20));
    }

    [Fact]
    public async Task Traffic_is_back_after_the_trials_of_the_first_region_succeed()
    {
        using var client = Client(s => s.Always(200));
        client.Isolate(A, TimeSpan.FromSeconds(5));
        client.Isolate(A2, TimeSpan.FromSeconds(5));
        Assert.Equal(new string('b', 20), await client.GetManyAsync(20));

        client.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(new string('a', 20), await client.GetManyAsync(20));
    }

    [Fact]
    public async Task One_endpoint_of_the_first_region_carries_its_traffic_alone()
    {
        using var client = Client(s => s.Always(200));
        client.Isolate(A);

        await client.GetManyAsync(20);

        Assert.All(client.Server.Requests, static request => Assert.Equal("a2.internal", request.Uri!.Host));
    }

    [Fact]
    public async Task A_flapping_region_moves_traffic_no_more_often_than_its_breaks_allow()
    {
        using var client = Client(s => s.Always(200), o => o.CircuitBreaker.FailureThreshold = 2);
        var up = true;
        client.Server.Script.When(request => request.Uri().Host[0] == 'a',
            a => a.Then(_ => new(up ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable)).Always());
        var moves = 0;
        var region = 'a';
        for (var i = 0; i < 6_000; i++) // 60 s in steps of 10 ms; up and down every 200 ms
        {
            up = i / 20 % 2 == 0;
            client.Clock.Advance(TimeSpan.FromMilliseconds(10));
            using var response = await client.GetAsync();
            var now = client.Hosts[^1];
            (moves, region) = (now == region ? moves : moves + 1, now);
        }

        // Each of the two endpoints opens at most once in 5 s, and each break is two moves at most; a failed trial is no move.
        Assert.InRange(moves, 2, 4 * 13);
    }

    private static EndpointFixture Client(Action<ServerScript> script, Action<ResilientHttpClientOptions>? configure = null) => new(
        script,
        o =>
        {
            o.Endpoints.Selection = HttpEndpointSelection.Ordered;
            o.Endpoints.Addresses =
            [
                new(new Uri(B)) { Order = 1 },
                new(new Uri(A)),
                new(new Uri(B2)) { Order = 1 },
                new(new Uri(A2)),
            ];
            configure?.Invoke(o);
        });
}

file static class Requests
{
    public static Uri Uri(this HttpRequestMessage request) => request.RequestUri!;
}
