using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.Requests;

namespace Resilience.Http.Tests.ConcurrencyLimit;

/// <summary>Two things that happen at once, in both orders and on real threads: each waiter ends once, and no permit is lost.</summary>
public sealed class ConcurrencyLimiterRaceTests
{
    private const int Rounds = 2_000;

    [Fact]
    public void A_release_races_with_an_enqueue() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 1),
        round => round.CheckEnded(WaitResult.Granted),
        round => round.Limiter.Release(),
        round => round.Enqueue());

    [Fact]
    public void A_release_races_with_a_cancellation() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 1).Enqueue(),
        round => round.CheckEnded(WaitResult.Granted, WaitResult.Canceled),
        round => round.Limiter.Release(),
        round => round.Caller.Cancel());

    [Fact]
    public void A_release_races_with_a_passed_deadline() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 1).Enqueue(),
        round => round.CheckEnded(WaitResult.Granted, WaitResult.DeadlinePassed),
        round => round.Limiter.Release(),
        round => round.Limiter.TryLeave(round.Waiter, WaitResult.DeadlinePassed));

    [Fact]
    public void A_cancellation_races_with_a_disposal() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 1).Enqueue(),
        round => round.CheckEnded(WaitResult.Canceled, WaitResult.Closed),
        round => round.Caller.Cancel(),
        round => round.Limiter.Close());

    [Fact]
    public void A_disposal_races_with_an_enqueue() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 1),
        round => round.CheckEnded(WaitResult.Closed),
        round => round.Limiter.Close(),
        round => round.Enqueue());

    [Fact]
    public void A_raised_limit_races_with_an_enqueue() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 1),
        round => round.CheckEnded(WaitResult.Granted),
        round => round.Limiter.SetLimit(2),
        round => round.Enqueue());

    [Fact]
    public void A_lowered_limit_races_with_an_acquire() => Race.Run(
        Rounds,
        () => new Round(limit: 2, taken: 1),
        round =>
        {
            Assert.Equal(1, round.Limiter.Limit);
            Assert.Equal(round.Acquired ? 2 : 1, round.Limiter.InFlight);
            Assert.False(round.Limiter.TryAcquire());
        },
        round => round.Limiter.SetLimit(1),
        round => round.Acquired = round.Limiter.TryAcquire());

    [Fact]
    public void A_lowered_limit_races_with_a_release_while_a_send_waits() => Race.Run(
        Rounds,
        () => new Round(limit: 2, taken: 2).Enqueue(),
        round =>
        {
            // Granted, if the permit came back before the edit. Otherwise the edit has used it up, and the next one is for the waiter.
            var wasGranted = round.Limiter.Waiting == 0;
            Assert.Equal(wasGranted ? 2 : 1, round.Limiter.InFlight);
            if (!wasGranted)
            {
                round.Limiter.Release();
            }

            round.CheckEnded(WaitResult.Granted);
        },
        round => round.Limiter.SetLimit(1),
        round => round.Limiter.Release());

    [Fact]
    public void A_release_races_with_the_first_of_two_waiters_that_leaves() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 1).Enqueue().EnqueueAnother(),
        round =>
        {
            // The permit goes to the first if it still waits, else to the second.
            var first = round.Result;
            Assert.Equal(first == WaitResult.Granted ? 1 : 0, round.Limiter.Waiting);
            if (first == WaitResult.Granted)
            {
                round.Limiter.Release();
            }

            Assert.Equal(WaitResult.Granted, round.AnotherResult);
            round.CheckEnded(WaitResult.Granted, WaitResult.Canceled);
        },
        round => round.Limiter.Release(),
        round => round.Caller.Cancel());

    [Fact]
    public void A_release_races_with_a_passed_deadline_of_a_synchronous_waiter() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 1, async: false).Place(),
        round =>
        {
            var result = round.Block();
            Assert.True(result is WaitResult.Granted or WaitResult.DeadlinePassed, result.ToString());
            Assert.Equal((result == WaitResult.Granted ? 1 : 0, 0), (round.Limiter.InFlight, round.Limiter.Waiting));
        },
        round => round.Limiter.Release(),
        round => round.Limiter.TryLeave(round.Waiter, WaitResult.DeadlinePassed));

    [Fact]
    public void A_release_races_with_a_synchronous_waiter_that_unblocks_at_its_deadline() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 1, async: false).Place(),
        round => Assert.Equal((round.Blocked == WaitResult.Granted ? 1 : 0, 0), (round.Limiter.InFlight, round.Limiter.Waiting)),
        round => round.Limiter.Release(),
        round => round.Blocked = round.Block(TimeProvider.System.GetTimestamp()));

    [Fact]
    public void A_retirement_races_with_an_acquire() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 0),
        round => Assert.NotEqual(round.Acquired, round.Limiter.IsRetired),
        round => round.Limiter.TryRetire(),
        round => round.Acquired = round.Limiter.TryAcquire());

    [Fact]
    public void Two_acquires_race_for_the_last_permit() => Race.Run(
        Rounds,
        () => new Round(limit: 1, taken: 0),
        round => Assert.Equal(1, round.Limiter.InFlight),
        round => round.Acquired = round.Limiter.TryAcquire(),
        round => round.Limiter.TryAcquire());

    /// <summary>
    /// Callers on real threads that acquire, wait, leave and release at random, while the limit is edited: what is in flight by their own
    /// count is never above what the limit allowed, and at the end nothing is.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Whatever_callers_do_the_limit_holds_and_nothing_is_lost(int seed)
    {
        const int Callers = 8;
        const int Calls = 4_000;
        var limiter = new ConcurrencyLimiter(4);
        var (inFlight, highest) = (0, 0);
        var ended = new int[Enum.GetValues<WaitResult>().Length];
        Race.Together(Callers + 1, number =>
        {
            var random = new Random((seed * 100) + number);
            for (var call = 0; call < Calls; call++)
            {
                if (number == Callers)
                {
                    limiter.SetLimit(random.Next(1, 5)); // never above 4, which the highest count is checked against
                    Thread.SpinWait(random.Next(200));
                }
                else if (limiter.TryAcquire() || WaitsForPermit(random))
                {
                    Raise(ref highest, Interlocked.Increment(ref inFlight));
                    Thread.SpinWait(random.Next(100));
                    Interlocked.Decrement(ref inFlight);
                    limiter.Release();
                }
            }
        });

        Assert.Equal((0, 0), (limiter.InFlight, limiter.Waiting));
        Assert.InRange(highest, 1, 4);

        bool WaitsForPermit(Random random)
        {
            var waiter = new LimitWaiter(limiter, async: false);
            var place = limiter.Acquire(queueLimit: 4, waiter);
            if (place != PermitResult.Queued)
            {
                return place == PermitResult.Granted;
            }

            var leaves = random.Next(3) == 0;
            if (leaves)
            {
                limiter.TryLeave(waiter, WaitResult.Canceled);
            }

            var clock = TimeProvider.System;
            var deadline = clock.After(clock.GetTimestamp(), TimeSpan.FromSeconds(30));
            var result = waiter.WaitAsync(clock, deadline, CancellationToken.None).Result;
            Assert.True(result is WaitResult.Granted || (leaves && result is WaitResult.Canceled), result.ToString());
            Interlocked.Increment(ref ended[(int)result]);
            return result == WaitResult.Granted;
        }
    }

    private static void Raise(ref int highest, int value)
    {
        for (var seen = highest; value > seen; seen = highest)
        {
            Interlocked.CompareExchange(ref highest, value, seen);
        }
    }

    private sealed class Round
    {
        private Task<WaitResult>? _wait;
        private Task<WaitResult>? _another;

        public Round(int limit, int taken, bool async = true)
        {
            Limiter = new(limit);
            Waiter = new(Limiter, async);
            for (var i = 0; i < taken; i++)
            {
                Limiter.TryAcquire();
            }
        }

        public ConcurrencyLimiter Limiter { get; }

        public LimitWaiter Waiter { get; }

        public CancellationTokenSource Caller { get; } = new();

        public bool Acquired { get; set; }

        public WaitResult Blocked { get; set; }

        public WaitResult Result => ResultOf(_wait!);

        public WaitResult AnotherResult => ResultOf(_another!);

        /// <summary>Queues a waiter that blocks later.</summary>
        public Round Place()
        {
            Assert.Equal(PermitResult.Queued, Limiter.Acquire(1, Waiter));
            return this;
        }

        public WaitResult Block(long deadline = Timestamps.Never) =>
            Waiter.WaitAsync(TimeProvider.System, deadline, CancellationToken.None).Result;

        public Round EnqueueAnother()
        {
            var waiter = new LimitWaiter(Limiter, async: true);
            Assert.Equal(PermitResult.Queued, Limiter.Acquire(2, waiter));
            _another = waiter.WaitAsync(TimeProvider.System, Timestamps.Never, CancellationToken.None);
            return this;
        }

        public Round Enqueue()
        {
            var isQueued = Limiter.Acquire(1, Waiter) == PermitResult.Queued;
            _wait = isQueued ? Waiter.WaitAsync(TimeProvider.System, Timestamps.Never, Caller.Token) : null;
            return this;
        }

        /// <summary>The waiter ended in one of these ways, or never waited; all permits that are out are known.</summary>
        public void CheckEnded(params WaitResult[] allowed)
        {
            var result = _wait is null ? (WaitResult?)null : ResultOf(_wait);
            Assert.True(result is null || allowed.Contains(result.Value), result.ToString());
            Assert.Equal(0, Limiter.Waiting);
            while (Limiter.InFlight > 0)
            {
                Limiter.Release();
            }

            Assert.True(Limiter.TryAcquire());
            Caller.Dispose();
        }

        private static WaitResult ResultOf(Task<WaitResult> wait) => wait.WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult();
    }
}
