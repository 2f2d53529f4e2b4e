using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.Requests;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.ConcurrencyLimit;

/// <summary>Permits and the queue, one step after the other.</summary>
public sealed class ConcurrencyLimiterTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public void No_more_permits_are_out_than_the_limit()
    {
        var limiter = new ConcurrencyLimiter(2);

        Assert.True(limiter.TryAcquire());
        Assert.True(limiter.TryAcquire());
        Assert.False(limiter.TryAcquire());
        Assert.Equal(2, limiter.InFlight);

        Assert.Equal(1, limiter.Release());
        Assert.True(limiter.TryAcquire());
    }

    [Fact]
    public async Task Waiters_get_permits_in_the_order_in_which_they_came()
    {
        var limiter = Full(1);
        var order = new List<int>();
        var waiting = Enumerable.Range(0, 3).Select(number => NoteAsync(number, Wait(limiter), order)).ToArray();

        for (var i = 0; i < 3; i++)
        {
            limiter.Release();
            await waiting[i];
        }

        Assert.Equal([0, 1, 2], order);
        Assert.Equal((1, 0), (limiter.InFlight, limiter.Waiting));
    }

    [Fact]
    public void While_a_send_waits_a_later_one_does_not_overtake_it()
    {
        var limiter = Full(1);
        _ = Wait(limiter);

        limiter.SetLimit(2);

        Assert.Equal((2, 0), (limiter.InFlight, limiter.Waiting));
        Assert.False(limiter.TryAcquire());
    }

    [Fact]
    public void A_full_queue_rejects()
    {
        var limiter = Full(1);
        _ = Wait(limiter);

        Assert.Equal(PermitResult.Rejected, limiter.Acquire(1, new(limiter, async: true)));
        Assert.Equal(1, limiter.Waiting);
    }

    [Fact]
    public async Task A_waiter_whose_deadline_passes_leaves_at_once_and_frees_its_place()
    {
        var limiter = Full(1);
        var late = Wait(limiter, deadline: TimeSpan.FromSeconds(1));
        var patient = Wait(limiter);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(WaitResult.DeadlinePassed, await late);
        Assert.Equal(1, limiter.Waiting);
        limiter.Release();
        Assert.Equal(WaitResult.Granted, await patient);
        Assert.Equal((1, 0), (limiter.InFlight, limiter.Waiting));
    }

    [Fact]
    public async Task A_waiter_does_not_leave_a_part_of_a_millisecond_before_its_deadline()
    {
        var limiter = Full(1);
        var waiting = Wait(limiter, deadline: TimeSpan.FromMilliseconds(1.5));

        _clock.Advance(TimeSpan.FromMilliseconds(1.4));
        Assert.Equal(1, limiter.Waiting);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(WaitResult.DeadlinePassed, await waiting);
    }

    [Fact]
    public async Task A_waiter_in_the_middle_that_is_cancelled_leaves_the_others_in_order()
    {
        using var caller = new CancellationTokenSource();
        var limiter = Full(1);
        var (first, second, third) = (Wait(limiter), Wait(limiter, token: caller.Token), Wait(limiter));

        await caller.CancelAsync();

        Assert.Equal(WaitResult.Canceled, await second);
        limiter.Release();
        Assert.Equal(WaitResult.Granted, await first);
        Assert.False(third.IsCompleted);
        limiter.Release();
        Assert.Equal(WaitResult.Granted, await third);
    }

    [Fact]
    public async Task A_waiter_that_was_cancelled_before_does_not_keep_a_permit()
    {
        var limiter = Full(1);

        Assert.Equal(WaitResult.Canceled, await Wait(limiter, token: new(canceled: true)));
        limiter.Release();

        Assert.Equal((0, 0), (limiter.InFlight, limiter.Waiting));
        Assert.True(limiter.TryAcquire());
    }

    [Fact]
    public async Task After_the_limit_is_lowered_no_permit_is_granted_until_enough_are_released()
    {
        var limiter = Full(4);
        var waiting = Wait(limiter);

        limiter.SetLimit(2);
        for (var left = 3; left >= 2; left--)
        {
            Assert.Equal(left, limiter.Release());
            Assert.False(waiting.IsCompleted);
        }

        limiter.Release();
        Assert.Equal(WaitResult.Granted, await waiting);
        Assert.Equal(2, limiter.InFlight);
    }

    [Fact]
    public async Task A_raised_limit_grants_as_many_waiters_as_it_adds_permits()
    {
        var limiter = Full(1);
        var waiting = Enumerable.Range(0, 4).Select(_ => Wait(limiter)).ToArray();

        limiter.SetLimit(3);

        Assert.Equal([WaitResult.Granted, WaitResult.Granted], await Task.WhenAll(waiting[..2]));
        Assert.Equal((3, 2), (limiter.InFlight, limiter.Waiting));
    }

    [Fact]
    public async Task All_waiting_sends_end_when_the_app_is_disposed_and_none_waits_afterwards()
    {
        var limiter = Full(1);
        var waiting = new[] { Wait(limiter), Wait(limiter) };

        limiter.Close();

        Assert.Equal([WaitResult.Closed, WaitResult.Closed], await Task.WhenAll(waiting));
        Assert.Equal(PermitResult.Rejected, limiter.Acquire(10, new(limiter, async: true)));
        limiter.Release();
        Assert.Equal((0, 0), (limiter.InFlight, limiter.Waiting));
        Assert.True(limiter.TryAcquire());
    }

    [Fact]
    public void A_limiter_in_use_is_not_retired_and_a_retired_one_grants_no_permit()
    {
        var limiter = Full(1);
        Assert.False(limiter.TryRetire());
        Assert.False(limiter.IsRetired);
        limiter.Release();

        Assert.True(limiter.TryRetire());

        Assert.True(limiter.IsRetired);
        Assert.True(limiter.TryRetire());
        Assert.False(limiter.TryAcquire());
        Assert.Equal(PermitResult.Retired, limiter.Acquire(10, new(limiter, async: true)));
        limiter.SetLimit(5);
        Assert.False(limiter.TryAcquire());
    }

    [Fact]
    public async Task A_granted_waiter_does_not_continue_on_the_releasing_thread()
    {
        var limiter = Full(1);
        var (inside, releasing) = (false, Environment.CurrentManagedThreadId);
        var goesOn = GoOnAsync(Wait(limiter));

        inside = true;
        limiter.Release();
        inside = false;

        Assert.False(await goesOn);

        async Task<bool> GoOnAsync(Task<WaitResult> wait)
        {
            await wait.ConfigureAwait(false);
            return inside && Environment.CurrentManagedThreadId == releasing;
        }
    }

    [Fact]
    public void A_synchronous_waiter_blocks_until_it_is_granted()
    {
        var limiter = Full(1);
        var waiter = new LimitWaiter(limiter, async: false);
        Assert.Equal(PermitResult.Queued, limiter.Acquire(1, waiter));
        var waiting = new Thread(() =>
            Assert.True(waiter.WaitAsync(_clock, Timestamps.Never, CancellationToken.None) is { IsCompletedSuccessfully: true }));
        waiting.Start();

        limiter.Release();

        Assert.True(waiting.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal((WaitResult.Granted, 1), (waiter.Result, limiter.InFlight));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_synchronous_waiter_ends_at_its_deadline(bool systemClock)
    {
        var limiter = Full(1);
        var waiter = new LimitWaiter(limiter, async: false);
        limiter.Acquire(1, waiter);
        var clock = systemClock ? TimeProvider.System : _clock;
        var deadline = clock.After(clock.GetTimestamp(), TimeSpan.FromMilliseconds(20));
        if (!systemClock)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(20));
        }

        var result = await Task.Run(() => waiter.WaitAsync(clock, deadline, CancellationToken.None));

        Assert.Equal(WaitResult.DeadlinePassed, result);
        Assert.Equal((1, 0), (limiter.InFlight, limiter.Waiting));
    }

    [Fact]
    public async Task A_waiter_that_comes_at_its_deadline_leaves_without_a_wait()
    {
        var limiter = Full(1);

        Assert.Equal(WaitResult.DeadlinePassed, await Wait(limiter, deadline: TimeSpan.Zero));
        Assert.Equal((1, 0), (limiter.InFlight, limiter.Waiting));
    }

    private static ConcurrencyLimiter Full(int limit)
    {
        var limiter = new ConcurrencyLimiter(limit);
        for (var i = 0; i < limit; i++)
        {
            Assert.True(limiter.TryAcquire());
        }

        return limiter;
    }

    private static async Task NoteAsync(int number, Task<WaitResult> wait, List<int> order)
    {
        Assert.Equal(WaitResult.Granted, await wait);
        order.Add(number);
    }

    private Task<WaitResult> Wait(ConcurrencyLimiter limiter, TimeSpan? deadline = null, CancellationToken token = default)
    {
        var waiter = new LimitWaiter(limiter, async: true);
        Assert.Equal(PermitResult.Queued, limiter.Acquire(100, waiter));
        return waiter.WaitAsync(
            _clock, deadline is { } span ? _clock.After(_clock.GetTimestamp(), span) : Timestamps.Never, token);
    }
}
