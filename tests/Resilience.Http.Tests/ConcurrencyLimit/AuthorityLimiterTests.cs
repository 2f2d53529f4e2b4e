using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.ConcurrencyLimit.Adaptive;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.ConcurrencyLimit;

public sealed class AuthorityLimiterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_send_classified_after_its_limiter_was_retired_changes_nothing()
    {
        var clock = new VirtualTimeProvider();
        var limiter = new AuthorityLimiter(
            "https://payments.internal",
            "https://payments.internal",
            clock,
            new() { Enabled = true, Mode = HttpConcurrencyLimitMode.Adaptive });
        var adaptive = limiter.Adaptive!;
        Assert.True(limiter.Permits.TryAcquire());
        adaptive.OnStarted(clock.GetTimestamp());
        adaptive.OnEnded(clock.GetTimestamp(), clock.GetTimestamp(), 0, SendResult.Drop);
        adaptive.OnEnded(clock.GetTimestamp(), clock.GetTimestamp(), 0, SendResult.Drop);
        var before = adaptive.Limit;
        var inFlight = limiter.Permits.Release();
        Assert.True(limiter.TryRetire());
        clock.Advance(TimeSpan.FromSeconds(1));

        var now = clock.GetTimestamp();
        var judged = new Thread(() => limiter.OnEnded(adaptive, now, now, inFlight, SendResult.Drop)) { IsBackground = true };
        judged.Start();

        Assert.True(judged.Join(Patience), "It turns forever.");
        Assert.NotEqual(before, adaptive.Limit);
        Assert.False(limiter.Permits.TryAcquire());
    }

    [Fact]
    public void Two_sends_that_end_at_once_leave_the_limit_that_was_decided_last() => Race.Run(
        2_000,
        static () => new AuthorityLimiter(
            "https://payments.internal",
            "https://payments.internal",
            TimeProvider.System,
            new() { Enabled = true, Mode = HttpConcurrencyLimitMode.Adaptive }),
        static limiter => Assert.Equal(5, limiter.Permits.Limit),
        static limiter => EndWithin(10, limiter),
        static limiter => EndWithin(5, limiter));

    private static void EndWithin(int max, AuthorityLimiter limiter)
    {
        var (adaptive, now) = (limiter.Adaptive!, TimeProvider.System.GetTimestamp());
        adaptive.Use(min: 4, max);
        limiter.OnEnded(adaptive, now, now, 0, SendResult.Ignored);
    }
}
