using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.Endpoints;
using Resilience.Http.Fallback;
using Resilience.Http.Hedging;
using Resilience.Http.RateLimiting;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chain;

/// <summary>A feature that is off has no part in a call, holds no state, and can be switched on and off while calls run.</summary>
public sealed class UnusedFeatureTests
{
    private static readonly Uri Address = new("https://payments.internal/");

    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task A_feature_that_is_off_holds_no_state()
    {
        using var client = new ChainClient(new ScriptedServer(script => script.Always(200), _clock), clock: _clock);

        (await client.Http.GetAsync(Address, CancellationToken.None)).Dispose();

        Assert.Null(client.Service.Find<ServiceLimiters>());
        Assert.Null(client.Service.Find<RateLimiter>());
        Assert.Null(client.Service.Find<ServiceFallback>());
        Assert.Null(client.Service.Find<EndpointLists>());
        Assert.Null(client.Service.Find<ServiceHedging>());
    }

    [Fact]
    public async Task A_feature_that_an_edit_switches_on_takes_part_in_the_next_call()
    {
        using var client = new ChainClient(new ScriptedServer(script => script.Always(200), _clock), clock: _clock);
        (await client.Http.GetAsync(Address, CancellationToken.None)).Dispose();

        client.Service.Use(Limited(1, edition: 1));
        (await client.Http.GetAsync(Address, CancellationToken.None)).Dispose();

        Assert.Equal(1, Limiter(client).Permits.Limit);
    }

    [Fact]
    public async Task An_edit_that_switches_one_feature_off_and_another_on_counts_for_the_next_call()
    {
        using var client = new ChainClient(
            new ScriptedServer(script => script.Always(200), _clock), options => options.ConcurrencyLimit.Enabled = true, _clock);
        (await client.Http.GetAsync(Address, CancellationToken.None)).Dispose();

        client.Service.Use(new() { Edition = 1, RateLimit = new() { Enabled = true, Permits = 1, Per = TimeSpan.FromHours(1) } });
        (await client.Http.GetAsync(Address, CancellationToken.None)).Dispose();
        await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(Address, CancellationToken.None));

        client.Service.Use(Limited(2, edition: 2));
        (await client.Http.GetAsync(Address, CancellationToken.None)).Dispose();
        Assert.Equal(2, Limiter(client).Permits.Limit);
    }

    [Fact]
    public async Task A_limit_that_an_edit_switches_off_gets_its_permits_back()
    {
        using var client = new ChainClient(
            new ScriptedServer(script => script.Slow(TimeSpan.FromSeconds(1)).Always(), _clock),
            options => options.ConcurrencyLimit.Enabled = true,
            _clock);
        var running = client.Http.GetAsync(Address, CancellationToken.None);
        Assert.Equal(1, Limiter(client).Permits.InFlight);

        client.Service.Use(new ResilientHttpClientOptions { Edition = 1 });
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await running).Dispose();

        Assert.Equal(0, Limiter(client).Permits.InFlight);
    }

    [Fact]
    public void Values_derived_from_options_are_not_copied_with_them()
    {
        var options = new ResilientHttpClientOptions();
        var before = options.FeaturesOff;

        options.Hedging.Enabled = true;

        Assert.NotEqual(before, options.Copy().FeaturesOff);
    }

    private static AuthorityLimiter Limiter(ChainClient client) => ServiceLimiters.GetOrCreate(client.Service).GetOrAdd(Address);

    private static ResilientHttpClientOptions Limited(int limit, long edition) =>
        new() { Edition = edition, ConcurrencyLimit = new() { Enabled = true, Limit = limit } };
}
