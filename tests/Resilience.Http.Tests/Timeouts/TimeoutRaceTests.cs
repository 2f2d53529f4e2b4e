using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// Completion, deadline and cancellation of one attempt at once, on as many threads; which comes first is the machine's choice, so each
/// round may take another order. Where the moment that matters can be held, the last tests hold it.
/// </summary>
public sealed class TimeoutRaceTests
{
    private const int Rounds = 10_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_deadline_of_an_ended_attempt_never_cuts_the_next_which_keeps_its_own() =>
        Race.Run(
            Rounds,
            begin: () => new Attempt(),
            check: round =>
            {
                Assert.False(round.Next.Token.IsCancellationRequested, "cut by another's deadline");
                Assert.False(round.Next.HasFired);
                round.Clock.Advance(Long);
                Assert.True(round.Next.HasFired, "missed");
                Assert.True(round.Next.Token.IsCancellationRequested);
            },
            round => round.EndAndBeginTheNext(),
            round => round.Clock.Advance(Limit));

    [Fact]
    public void The_tick_of_an_attempt_that_is_over_finds_a_deadline_that_has_just_been_set() =>
        Race.Run(
            Rounds,
            begin: () =>
            {
                var over = new Attempt();
                over.Lease.Return(); // the timer is armed, the source idle
                return over;
            },
            check: round =>
            {
                round.Clock.Advance(Limit);
                Assert.True(round.Next.HasFired, "missed");
            },
            round => round.Next = round.Rent(Limit),
            round => round.Clock.Advance(Limit));

    [Fact]
    public void The_caller_of_an_attempt_that_is_over_never_cancels_the_next() =>
        Race.Run(
            Rounds,
            begin: () => new Attempt(),
            check: round =>
            {
                Assert.False(round.Next.Token.IsCancellationRequested, "cancelled by another's caller");
                Assert.Equal(0, Registrations.On(round.Caller));
            },
            round => round.EndAndBeginTheNext(),
            round => round.Caller.Cancel());

    [Fact]
    public void Simultaneous_ends_leave_one_source_and_no_registration() =>
        Race.Run(
            Rounds,
            begin: () => new Attempt(),
            check: round =>
            {
                Assert.False(round.Next.Token.IsCancellationRequested, "cancelled");
                Assert.Equal(1, round.Clock.TimersAlive);
                Assert.Equal(0, Registrations.On(round.Caller));
            },
            round => round.EndAndBeginTheNext(),
            round => round.Caller.Cancel(),
            round => round.Clock.Advance(Limit));

    [Fact]
    public void Simultaneous_deadline_and_cancellation_cancel_and_dispose_after_the_attempt() =>
        Race.Run(
            Rounds,
            begin: () => new Attempt(),
            check: round =>
            {
                Assert.True(round.Lease.HasFired, "missed");
                Assert.True(round.Lease.Token.IsCancellationRequested);
                round.Lease.Return();
                Assert.Throws<ObjectDisposedException>(() => round.Lease.Token.WaitHandle);
                Assert.Equal(0, round.Clock.TimersAlive);
            },
            round => round.Caller.Cancel(),
            round => round.Clock.Advance(Limit));

    [Fact]
    public void Two_returns_at_once_give_the_source_back_once() =>
        Race.Run(
            Rounds,
            begin: () => new Attempt(),
            check: round => Assert.True(round.Rent(Limit).Token != round.Rent(Limit).Token, "given to two"),
            round => round.Lease.Return(),
            round => round.Lease.Return());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_attempt_that_ends_while_the_tick_reads_the_clock_is_not_cut_nor_is_the_next(bool nextBegins)
    {
        var time = new VirtualTimeProvider();
        var clock = new HookedClock(time);
        var pool = new TimeoutLeasePool(clock);
        var lease = pool.Rent(Limit, NullLogger.Instance, CancellationToken.None);
        var next = default(TimeoutLease);
        clock.OnceAtTimestamp(() =>
        {
            lease.Return();
            if (nextBegins)
            {
                next = pool.Rent(Long, NullLogger.Instance, CancellationToken.None);
            }
        });

        time.Advance(Limit);

        Assert.False(lease.Token.IsCancellationRequested);
        if (nextBegins)
        {
            Assert.Equal(lease.Token, next.Token);
            time.Advance(Long);
            Assert.True(next.HasFired);
        }
    }

    /// <summary>
    /// An attempt on a clock and a pool of its own, whose source has served one before; and the next one, if there is any.
    /// </summary>
    private sealed class Attempt
    {
        private readonly TimeoutLeasePool _pool;

        public Attempt()
        {
            _pool = new TimeoutLeasePool(Clock);
            Rent(Limit).Return();
            Lease = _pool.Rent(Limit, NullLogger.Instance, Caller.Token);
        }

        public VirtualTimeProvider Clock { get; } = new();

        public CancellationTokenSource Caller { get; } = new();

        public TimeoutLease Lease { get; }

        public TimeoutLease Next { get; set; }

        public TimeoutLease Rent(TimeSpan timeout) => _pool.Rent(timeout, NullLogger.Instance, CancellationToken.None);

        public void EndAndBeginTheNext()
        {
            Lease.Return();
            Next = Rent(Long);
        }
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
