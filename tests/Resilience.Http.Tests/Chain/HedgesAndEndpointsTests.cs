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
    public async Task A_hedge_is_not_a_trial_of_another_endpoint()
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
            Assert.True(client.Service.ExtraSendBudget!.TryTake(call));
            call.Return();
        }
    }

    [Fact]
    public async Task A_hedge_goes_elsewhere_although_the_circuit_of_the_slow_endpoint_has_opened()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var client = new EndpointFixture(s => s.Hang().Always(200), Hedged, chance: new SeededChance(seed).Next);

            var call = client.Http.GetAsync("orders", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            client.Isolate(client.Hosts == "a" ? A : B);
            client.Clock.Advance(Delay);
            using var response = await call;

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("ab", string.Concat(client.Hosts.Order()));
        }
    }

    [Fact]
    public async Task A_hedge_avoids_an_endpoint_that_is_failing_or_busy()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var client = new EndpointFixture(
                s => s.Slow(3 * Delay).Always(), Hedged, [A, B, C, "http://d.internal:8080"], new SeededChance(seed).Next);
            AuthorityStatusSources.GetOrCreate(client.Service).Add(new Troubled("b.internal", failureRatio: 0.26));
            AuthorityStatusSources.GetOrCreate(client.Service).Add(new Troubled("c.internal", utilization: 0.8));

            using var response = await client.GetAsync();

            Assert.Equal(2, client.Hosts.Length);
            Assert.Contains(client.Hosts[1], "ad");
        }
    }

    [Fact]
    public async Task A_hedge_goes_to_the_same_endpoint_if_the_others_are_failing()
    {
        using var client = new EndpointFixture(s => s.Slow(3 * Delay).Always(), Hedged);
        var call = client.Http.GetAsync("orders", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var other = client.Hosts == "a" ? "b.internal" : "a.internal";
        AuthorityStatusSources.GetOrCreate(client.Service).Add(new Troubled(other, failureRatio: 0.5));

        client.Clock.Advance(3 * Delay);
        using var response = await call;

        Assert.Contains(client.Hosts, new[] { "aa", "bb" });
    }

    [Fact]
    public async Task No_hedge_goes_out_if_all_endpoints_are_failing()
    {
        using var client = new EndpointFixture(s => s.Slow(3 * Delay).Always(), Hedged);
        AuthorityStatusSources.GetOrCreate(client.Service).Add(new Troubled("internal", failureRatio: 0.26));

        using var response = await client.GetAsync();

        Assert.Single(client.Server.Requests);
        var suppressed = Assert.Single(client.Metrics.Of("resilience.http.hedges.suppressed"));
        Assert.Equal("failing", suppressed.Tags["resilience.reason"]);
    }

    [Fact]
    public async Task The_trial_of_an_endpoint_is_not_hedged_although_another_is_healthy()
    {
        using var client = new EndpointFixture(s => s.Then(200).Then(200).Then(200).Then(200).Slow(3 * Delay).Always(), Hedged);
        client.Isolate(B, TimeSpan.FromSeconds(1));
        Assert.Equal("aaaa", await client.GetManyAsync(4));
        client.Clock.Advance(TimeSpan.FromSeconds(1));

        using var response = await client.GetAsync();

        Assert.Equal("aaaab", client.Hosts);
        var suppressed = Assert.Single(client.Metrics.Of("resilience.http.hedges.suppressed"));
        Assert.Equal("circuit", suppressed.Tags["resilience.reason"]);
    }

    private static void Hedged(ResilientHttpClientOptions options)
    {
        options.Hedging.Enabled = true;
        options.Hedging.Delay = Delay;
    }

    /// <summary>Endpoints whose host contains a text are failing or busy.</summary>
    private sealed class Troubled(string host, double failureRatio = 0, double utilization = 0) : IAuthorityStatusSource
    {
        public double GetFailureRatio(Uri uri, long now) => uri.Host.Contains(host, StringComparison.Ordinal) ? failureRatio : 0;

        public double GetUtilization(Uri uri) => uri.Host.Contains(host, StringComparison.Ordinal) ? utilization : 0;
    }
}
