using System.Net;
using Resilience.Http.Hedging;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing.Chance;
using Resilience.Http.Tests.Endpoints;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Chain;

/// <summary>A hedge goes to another endpoint if that is well, and what is not sent costs nothing.</summary>
public sealed class HedgesAndEndpointsTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_hedge_is_no_trial_of_another_endpoint()
    {
        using var client = new EndpointFixture(s => s.Hang().Always(200), Hedged);
        client.Isolate(B, TimeSpan.FromMilliseconds(50));

        using var response = await client.GetAsync();

        Assert.Equal("aa", client.Hosts);
        Assert.Equal(Delay, client.Clock.Elapsed);
    }

    [Fact]
    public async Task A_hedge_that_every_endpoint_refuses_costs_nothing_and_counts_as_suppressed()
    {
        EndpointFixture? client = null;
        var even = new SeededChance(1);
        var refuses = false;
        using (client = new EndpointFixture(
            s => s.Slow(3 * Delay).Always(200),
            options =>
            {
                Hedged(options);
                options.Retry.Budget.Enabled = true;
                options.Retry.Budget.Capacity = 1;
                options.Retry.Budget.MinRetriesPerSecond = 0;
            },
            [A, B, C, "http://d.internal:8080"],
            () =>
            {
                if (refuses)
                {
                    // Between the decision for the hedge and its send.
                    Array.ForEach([A, B, C, "http://d.internal:8080"], endpoint => client!.Isolate(endpoint));
                }

                return even.Next();
            }))
        {
            var sent = client.Http.GetAsync("orders", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            refuses = true;
            client.Clock.Advance(3 * Delay);
            using var response = await sent;

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Single(client.Server.Requests);
            var suppressed = Assert.Single(client.Metrics.Of("resilience.http.hedges.suppressed"));
            Assert.Equal("circuit", suppressed.Tags["resilience.reason"]);
            Assert.Empty(client.Metrics.Of("resilience.http.hedges"));
            Assert.Equal(10, ServiceHedging.GetOrCreate(client.Service).Budget.Available);
            var call = CallContext.Rent(client.Service, client.Service.Options, new(), default);
            Assert.True(ExtraSends.GetOrCreate(client.Service).Budget!.TryTake(call));
            call.Return();
        }
    }

    private static void Hedged(ResilientHttpClientOptions options)
    {
        options.Hedging.Enabled = true;
        options.Hedging.Delay = Delay;
    }
}
