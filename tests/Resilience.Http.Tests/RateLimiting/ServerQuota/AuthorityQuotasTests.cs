using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.ServerQuota;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.RateLimiting.ServerQuota;

public sealed class AuthorityQuotasTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly AuthorityQuotas _quotas;

    public AuthorityQuotasTests() => _quotas = new(
        "https://payments.internal", "https://payments.internal", new ResilienceRuntime(_clock, static () => 0));

    [Fact]
    public void A_forgotten_authority_accepts_no_pause()
    {
        Assert.True(_quotas.TryRetire());

        Assert.False(TryHold("tenant"));
    }

    [Fact]
    public void A_pause_of_an_idle_key_is_kept_after_another_key_kept_its_authority_in_use()
    {
        var idle = Enumerable.Range(0, 20).Select(static number => $"tenant {number}").ToArray();
        Assert.All(idle, key => Assert.True(TryHold(key)));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.True(TryHold("busy"));
        Assert.False(_quotas.TryRetire()); // The pauses that it came to before the busy one are out of use now.

        Assert.All(idle, key => Assert.True(TryHold(key)));

        Assert.All(idle, key => Assert.True(Assert.Single(_quotas.PausesOf(key)).Pace.StartsAt > _clock.GetTimestamp()));
    }

    private bool TryHold(string key) => _quotas.TryHold(
        key,
        new(TimeSpan.FromSeconds(10), "a test"),
        _clock.GetTimestamp() + TimeSpan.FromSeconds(10).Ticks,
        askedFrom: _clock.GetTimestamp());
}
