using System.Runtime.CompilerServices;
using Resilience.Http.ConcurrencyLimit;

namespace Resilience.Http.Tests.ConcurrencyLimit;

/// <summary>What holds between two steps of the limiter, and after its last one.</summary>
public sealed class ConcurrencyLimiterMomentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void While_sends_wait_nothing_else_takes_a_permit_that_comes_back()
    {
        var limiter = new ConcurrencyLimiter(1);
        var waiter = new LimitWaiter(limiter, async: true);
        Assert.True(limiter.TryAcquire());
        Assert.Equal(PermitResult.Queued, limiter.Acquire(1, waiter));
        var releasing = new Thread(() => limiter.Release()) { IsBackground = true };
        bool cameBack, overtook;
        lock (GateOf(limiter)) // A waiter gets its permit under it.
        {
            releasing.Start();
            cameBack = SpinWait.SpinUntil(() => limiter.InFlight == 0, Patience);
            overtook = limiter.TryAcquire();
        }

        Assert.True(releasing.Join(Patience));
        Assert.Equal((true, false), (cameBack, overtook));
        Assert.Equal((WaitResult.Granted, 1, 0), (waiter.Result, limiter.InFlight, limiter.Waiting));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1 << 30)]
    public void An_edit_does_not_bring_a_retired_limiter_back(int limit)
    {
        var limiter = new ConcurrencyLimiter(3);
        Assert.True(limiter.TryRetire());

        limiter.SetLimit(limit);

        Assert.Equal((true, 0), (limiter.IsRetired, limiter.InFlight));
        Assert.False(limiter.TryAcquire());
        Assert.Equal(PermitResult.Retired, limiter.Acquire(1, new(limiter, async: true)));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_gate")]
    private static extern ref Lock GateOf(ConcurrencyLimiter limiter);
}
