using Resilience.Http.ConcurrencyLimit;

namespace Resilience.Http.Tests.ConcurrencyLimit;

public sealed class HeldPermitTests
{
    private readonly AuthorityLimiter _limiter = new(
        "https://payments.internal", "https://payments.internal", TimeProvider.System, new() { Enabled = true, Limit = 2 });

    [Fact]
    public void A_permit_is_given_back_only_once()
    {
        var held = new HeldPermit();
        Assert.True(_limiter.Permits.TryAcquire());
        Assert.True(_limiter.Permits.TryAcquire());
        held.Take(_limiter, startedAt: 0);

        Assert.Same(_limiter, held.Release(out _, out var inFlight));
        Assert.Null(held.Release(out _, out _));

        Assert.Equal((1, 1), (inFlight, _limiter.Permits.InFlight));
    }

    [Fact]
    public void A_permit_of_a_fixed_limit_does_not_report_to_the_adaptive_one_before_it()
    {
        var held = new HeldPermit();
        var adaptiveLimiter = new AuthorityLimiter(
            "https://payments.internal",
            "https://payments.internal",
            TimeProvider.System,
            new() { Enabled = true, Mode = HttpConcurrencyLimitMode.Adaptive });
        Assert.True(adaptiveLimiter.Permits.TryAcquire());
        held.Take(adaptiveLimiter, startedAt: 0);
        held.Release(out var adaptive, out _);
        Assert.Same(adaptiveLimiter.Adaptive, adaptive);

        Assert.True(_limiter.Permits.TryAcquire());
        held.Take(_limiter, startedAt: 0);
        held.Release(out var none, out _);

        Assert.Null(none);
    }
}
