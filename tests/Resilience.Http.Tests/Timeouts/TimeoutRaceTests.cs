using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// Completion, deadline and cancellation of one attempt at once, on as many threads, let go together by a barrier in every round; which
/// thread comes first is the machine's choice, so each round may take another order. The sources are used over and over by one round after the other.
/// </summary>
public sealed class TimeoutRaceTests
{
    private const int Rounds = 10_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly VirtualTimeProvider _clock = new();
    private readonly TimeoutLeasePool _pool;

    public TimeoutRaceTests() => _pool = new TimeoutLeasePool(_clock);

    [Fact]
    public void The_deadline_of_an_attempt_that_is_over_never_cuts_the_next_and_the_next_is_never_missed()
    {
        TimeoutLease lease = default, next = default;
        Race(
            prepare: _ => lease = Rent(Limit),
            afterwards: round =>
            {
                Assert.False(next.Token.IsCancellationRequested, $"cut by another's deadline in round {round}");
                Assert.False(next.HasFired);
                _clock.Advance(Long);
                Assert.True(next.HasFired, $"missed in round {round}");
                Assert.True(next.Token.IsCancellationRequested);
                next.Return();
            },
            () =>
            {
                lease.Return();
                next = Rent(Long);
            },
            () => _clock.Advance(Limit));
    }

    [Fact]
    public void The_tick_of_an_attempt_that_is_over_finds_a_deadline_that_has_just_been_set()
    {
        TimeoutLease lease = default;
        Race(
            prepare: _ => Rent(Limit).Return(), // the timer is armed, the source idle
            afterwards: round =>
            {
                _clock.Advance(Limit);
                Assert.True(lease.HasFired, $"missed in round {round}");
                lease.Return();
            },
            () => lease = Rent(Limit),
            () => _clock.Advance(Limit));
    }

    [Fact]
    public void The_caller_of_an_attempt_that_is_over_never_cancels_the_next()
    {
        TimeoutLease lease = default, next = default;
        var caller = new CancellationTokenSource();
        Race(
            prepare: _ =>
            {
                caller = new CancellationTokenSource();
                lease = Rent(Limit, caller.Token);
            },
            afterwards: round =>
            {
                Assert.False(next.Token.IsCancellationRequested, $"cancelled by another's caller in round {round}");
                next.Return();
                Assert.Equal(0, Registrations.On(caller));
                caller.Dispose();
            },
            () =>
            {
                lease.Return();
                next = Rent(Long);
            },
            () => caller.Cancel());
    }

    [Fact]
    public void Completion_deadline_and_cancellation_at_once_leave_one_source_and_no_registration()
    {
        TimeoutLease lease = default, next = default;
        var caller = new CancellationTokenSource();
        Race(
            prepare: _ =>
            {
                caller = new CancellationTokenSource();
                lease = Rent(Limit, caller.Token);
            },
            afterwards: round =>
            {
                Assert.False(next.Token.IsCancellationRequested, $"cancelled in round {round}");
                Assert.Equal(1, _clock.TimersAlive);
                next.Return();
                Assert.Equal(0, Registrations.On(caller));
                caller.Dispose();
            },
            () =>
            {
                lease.Return();
                next = Rent(Long);
            },
            () => caller.Cancel(),
            () => _clock.Advance(Limit));
    }

    [Fact]
    public void Deadline_and_cancellation_at_once_always_cancel_and_dispose_once_the_attempt_is_over()
    {
        TimeoutLease lease = default;
        var caller = new CancellationTokenSource();
        Race(
            prepare: _ =>
            {
                caller = new CancellationTokenSource();
                lease = Rent(Limit, caller.Token);
            },
            afterwards: round =>
            {
                Assert.True(lease.HasFired, $"missed in round {round}");
                Assert.True(lease.Token.IsCancellationRequested);
                lease.Return();
                Assert.Throws<ObjectDisposedException>(() => lease.Token.WaitHandle);
                Assert.Equal(0, _clock.TimersAlive);
                caller.Dispose();
            },
            () => caller.Cancel(),
            () => _clock.Advance(Limit));
    }

    [Fact]
    public void Two_returns_at_once_give_the_source_back_once()
    {
        TimeoutLease lease = default;
        Race(
            prepare: _ => lease = Rent(Limit),
            afterwards: round =>
            {
                var one = Rent(Limit);
                var other = Rent(Limit);
                Assert.True(one.Token != other.Token, $"given to two in round {round}");
                one.Return();
                other.Return();
            },
            () => lease.Return(),
            () => lease.Return());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_attempt_that_ends_while_the_tick_looks_at_the_clock_is_not_cut_and_nor_is_the_next(bool nextBegins)
    {
        var clock = new HookedClock(_clock);
        var pool = new TimeoutLeasePool(clock);
        var lease = pool.Rent(pool.DeadlineAfter(clock.GetTimestamp(), Limit), CancellationToken.None);
        var next = default(TimeoutLease);
        clock.OnceAtTimestamp(() =>
        {
            lease.Return();
            if (nextBegins)
            {
                next = pool.Rent(pool.DeadlineAfter(_clock.GetTimestamp(), Long), CancellationToken.None);
            }
        });

        _clock.Advance(Limit);

        Assert.False(lease.Token.IsCancellationRequested);
        if (nextBegins)
        {
            Assert.Equal(lease.Token, next.Token);
            _clock.Advance(Long);
            Assert.True(next.HasFired);
        }
    }

    private TimeoutLease Rent(TimeSpan timeout, CancellationToken caller = default) =>
        _pool.Rent(_pool.DeadlineAfter(_clock.GetTimestamp(), timeout), caller);

    /// <summary>Runs the actors at once, each on a thread of its own, round after round.</summary>
    private static void Race(Action<int> prepare, Action<int> afterwards, params Action[] actors)
    {
        using var start = new Barrier(actors.Length + 1);
        using var end = new Barrier(actors.Length + 1);
        Exception? failure = null;
        var over = false;
        var threads = Array.ConvertAll(actors, actor => new Thread(() =>
        {
            while (true)
            {
                start.SignalAndWait();
                if (Volatile.Read(ref over))
                {
                    return;
                }

                try
                {
                    actor();
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref failure, exception, null);
                }

                end.SignalAndWait();
            }
        }));
        Array.ForEach(threads, thread => thread.Start());
        try
        {
            for (var round = 0; round < Rounds && failure is null; round++)
            {
                prepare(round);
                start.SignalAndWait();
                end.SignalAndWait();
                afterwards(round);
            }
        }
        finally
        {
            Volatile.Write(ref over, true);
            start.SignalAndWait();
            Array.ForEach(threads, thread => thread.Join());
        }

        Assert.Null(failure);
    }

    /// <summary>Lets something happen in the middle of code that reads the clock.</summary>
    private sealed class HookedClock(TimeProvider inner) : TimeProvider
    {
        private Action? _hook;

        public override long TimestampFrequency => inner.TimestampFrequency;

        public void OnceAtTimestamp(Action hook) => _hook = hook;

        public override long GetTimestamp()
        {
            Interlocked.Exchange(ref _hook, null)?.Invoke();
            return inner.GetTimestamp();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
