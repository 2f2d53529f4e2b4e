using System.Net;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Hedging;

/// <summary>Each reason for which a hedge that is due does not go out, and that it is counted.</summary>
public sealed class SuppressionTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task No_hedge_goes_out_after_the_app_began_to_stop()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(Slow).Always(), prepare: host => host.Shutdown.Begin(TimeSpan.FromSeconds(30)));

        await AssertSuppressedAsync(fixture, "stopping");
    }

    [Fact]
    public async Task No_hedge_goes_out_while_the_process_is_behind()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(Slow).Always(), prepare: host => host.ProcessWatch = new BusyProcess());

        await AssertSuppressedAsync(fixture, "process_behind");
    }

    [Fact]
    public async Task No_hedge_goes_out_while_the_service_is_slow_for_everyone()
    {
        using var fixture = new HedgingFixture(server => server.Slow(Slow).Always());

        for (var call = 0; call < 20; call++)
        {
            (await fixture.GetAsync()).Dispose();
        }

        // Three times 5 % of 50 are 7.5.
        Assert.Equal(7, fixture.Hedges.Length);
        Assert.Equal(Enumerable.Repeat("service_slow", 13), fixture.Suppressed);
    }

    [Fact]
    public async Task A_half_open_trial_is_not_hedged()
    {
        using var fixture = new HedgingFixture(
            server => server.Then(500).Slow(Slow).Always(),
            options =>
            {
                options.Retry.Enabled = false;
                options.CircuitBreaker.FailureThreshold = 1;
                options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromSeconds(1);
            });
        (await fixture.GetAsync()).Dispose();
        fixture.Clock.Advance(TimeSpan.FromSeconds(2));

        await AssertSuppressedAsync(fixture, "circuit");
    }

    [Fact]
    public async Task No_hedge_goes_out_while_more_than_a_quarter_of_the_results_fail()
    {
        using var fixture = new HedgingFixture(
            server => server.Fail(3, HttpStatusCode.InternalServerError).Slow(Slow).Always(),
            options =>
            {
                options.Retry.Enabled = false;
                options.CircuitBreaker.FailureThreshold = 100;
                options.CircuitBreaker.MinimumThroughput = 100;
            });
        for (var call = 0; call < 3; call++)
        {
            (await fixture.GetAsync()).Dispose();
        }

        await AssertSuppressedAsync(fixture, "failing");
    }

    [Fact]
    public async Task No_hedge_goes_out_while_a_limit_is_used_up_to_four_fifths()
    {
        using var fixture = new HedgingFixture(server => server.Slow(Slow).Always());
        AuthorityStatusSources.GetOrCreate(fixture.Service).Add(new BusyLimit());

        await AssertSuppressedAsync(fixture, "limit");
    }

    [Fact]
    public async Task Every_second_hedge_is_left_out_while_hedges_rarely_win()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(Slow).Always(),
            options =>
            {
                options.Hedging.Percentile = 0.5;
                options.Hedging.MaxExtraLoad = 1;
                options.Retry.Budget.Enabled = false;
            });
        for (var call = 0; call < 20; call++)
        {
            (await fixture.GetAsync()).Dispose();
        }

        Assert.Empty(fixture.Suppressed);

        for (var call = 0; call < 10; call++)
        {
            (await fixture.GetAsync()).Dispose();
        }

        Assert.Equal(Enumerable.Repeat("rarely_wins", 5), fixture.Suppressed);
    }

    [Fact]
    public async Task No_hedge_goes_out_without_a_token_from_the_hedging_budget()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(Slow).Always(),
            options =>
            {
                options.Hedging.Percentile = 0.5;
                options.Hedging.MaxExtraLoad = 0;
            });
        for (var call = 0; call < 10; call++)
        {
            (await fixture.GetAsync()).Dispose();
        }

        await AssertSuppressedAsync(fixture, "budget");
    }

    [Fact]
    public async Task No_hedge_goes_out_without_a_token_from_the_retry_budget()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(Slow).Always(),
            options =>
            {
                options.Retry.Budget.Capacity = 1;
                options.Retry.Budget.Ratio = 0;
                options.Retry.Budget.MinRetriesPerSecond = 0;
            });
        (await fixture.GetAsync()).Dispose(); // Its hedge loses, so the token is gone.
        var before = fixture.State.Budget.Available;

        await AssertSuppressedAsync(fixture, "retry_budget");
        Assert.Equal(10, before + 0.05, 1.0);
        Assert.True(fixture.State.Budget.Available >= before); // Given back.
    }

    [Fact]
    public async Task A_hedge_that_wins_gives_back_what_it_took_from_the_retry_budget()
    {
        using var fixture = new HedgingFixture(
            server => server.Hang().Then(200).Hang().Then(200).Hang().Then(200),
            options =>
            {
                options.Retry.Budget.Capacity = 1;
                options.Retry.Budget.Ratio = 0;
                options.Retry.Budget.MinRetriesPerSecond = 0;
            });

        for (var call = 0; call < 3; call++)
        {
            (await fixture.GetAsync()).Dispose();
        }

        Assert.Equal(["won", "won", "won"], fixture.Hedges);
    }

    [Fact]
    public async Task Without_enough_samples_the_percentile_hedges_nothing()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(TimeSpan.FromSeconds(1)), options => options.Hedging.Delay = null);

        using var response = await fixture.GetAsync();

        Assert.Single(fixture.Server.Requests);
        Assert.Empty(fixture.Suppressed);
    }

    [Fact]
    public async Task The_delay_follows_the_percentile_of_the_operation()
    {
        using var fixture = new HedgingFixture(
            server => server
                .When(request => request.RequestUri!.AbsolutePath == "/slow", slow => slow.Slow(TimeSpan.FromMilliseconds(300)).Always())
                .Slow(TimeSpan.FromMilliseconds(20)).Always(),
            options => options.Hedging.Delay = null);
        for (var call = 0; call < 50; call++)
        {
            (await fixture.SendAsync(new HttpRequestMessage(HttpMethod.Get, "slow").WithOperationName("slow"))).Dispose();
            (await fixture.SendAsync(new HttpRequestMessage(HttpMethod.Get, "fast").WithOperationName("fast"))).Dispose();
        }

        var delays = fixture.Metrics.Observe("resilience.http.hedge.delay")
            .ToDictionary(measured => (string)measured.Tags["resilience.operation"]!, measured => measured.Value);

        Assert.InRange(delays["fast"], 0.020, 0.0208);
        Assert.InRange(delays["slow"], 0.300, 0.312);
        Assert.Equal(2, delays.Count);
    }

    private static async Task AssertSuppressedAsync(HedgingFixture fixture, string reason)
    {
        var (sends, hedges) = (fixture.Server.Requests.Count, fixture.Hedges.Length);
        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(sends + 1, fixture.Server.Requests.Count);
        Assert.Equal(hedges, fixture.Hedges.Length);
        Assert.Equal([reason], fixture.Suppressed);
    }

    private sealed class BusyProcess : IProcessWatch
    {
        public bool WasBehind(long since, long now) => true;
    }

    private sealed class BusyLimit : IAuthorityStatusSource
    {
        public double GetUtilization(Uri uri) => 0.8;
    }
}
