using FsCheck.Fluent;
using Resilience.Http.CircuitBreaker.Counting;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>What the sampling window holds, and for how long: the same whether all threads count in one row or each in its own.</summary>
public abstract class ResultWindowTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Bucket = TimeSpan.FromSeconds(1);
    private static readonly int Full = (int)QuietCounts.Most;

    private readonly VirtualTimeProvider _clock = new();
    private readonly ResultWindow _window;

    private ResultWindowTests(bool busy)
    {
        _window = new(_clock, 10 * Bucket, _clock.GetTimestamp());
        if (busy)
        {
            Add(successes: Full + 1, failures: 0, slow: 0);
            _clock.Advance(20 * Bucket);
        }
    }

    private WindowTotals Sum => _window.Sum_NeedsLock(_clock.GetTimestamp());

    [Fact]
    public void An_idle_window_forgets()
    {
        Add(successes: 3, failures: 2, slow: 1);

        _clock.Advance((10 * Bucket) - Tick);
        Assert.Equal(new(3, 2, 1), Sum);
        _clock.Advance(Tick);

        Assert.Equal(new(0, 0, 0), Sum);
    }

    [Fact]
    public void Results_expire_bucket_by_bucket()
    {
        for (var bucket = 0; bucket < 10; bucket++)
        {
            Add(successes: 1, failures: 10, slow: 100);
            _clock.Advance(Bucket);
        }

        for (var left = 9; left >= 0; left--)
        {
            Assert.Equal(new(left, 10 * left, 100 * left), Sum);
            _clock.Advance(Bucket);
        }
    }

    [Fact]
    public void A_bucket_that_is_reused_starts_empty()
    {
        Add(successes: 3, failures: 2, slow: 1);
        _clock.Advance(10 * Bucket);

        Add(successes: 1, failures: 1, slow: 1);

        Assert.Equal(new(1, 1, 1), Sum);
    }

    [Fact]
    public void A_result_of_a_thread_that_was_held_up_for_a_whole_window_is_dropped()
    {
        var longAgo = _clock.GetTimestamp();
        _clock.Advance(10 * Bucket);
        Add(successes: 1, failures: 0, slow: 0);

        _window.AddSuccess(order: 0, longAgo);

        Assert.Equal(new(1, 0, 0), Sum);
    }

    [Fact]
    public void A_result_that_is_newer_than_the_readers_clock_counts()
    {
        var before = _clock.GetTimestamp();
        _clock.Advance(Bucket);
        Add(successes: 2, failures: 1, slow: 1);

        Assert.Equal(new(2, 1, 1), _window.Sum_NeedsLock(before));
    }

    [Theory]
    [InlineData(0.1, 365 * 99)]
    [InlineData(86_400, 365 * 99)]
    public void No_result_is_lost_in_a_window_that_runs_for_many_years(double seconds, int days)
    {
        var (clock, length) = (new VirtualTimeProvider(), TimeSpan.FromSeconds(seconds));
        var window = new ResultWindow(clock, length, clock.GetTimestamp());
        clock.Advance(TimeSpan.FromDays(days));
        for (var bucket = 0; bucket < 10; bucket++)
        {
            window.AddSuccess(order: 0, clock.GetTimestamp());
            window.AddFailure_NeedsLock(clock.GetTimestamp());
            clock.Advance(length / 10);
        }

        Assert.Equal(new(9, 9, 0), window.Sum_NeedsLock(clock.GetTimestamp()));
    }

    [Fact]
    public void A_result_from_before_the_window_began_does_no_harm()
    {
        _window.AddSuccess(order: 0, _clock.GetTimestamp() - (100 * _clock.TimestampFrequency));
        _window.AddFailure_NeedsLock(_clock.GetTimestamp() - (100 * _clock.TimestampFrequency));

        Assert.Equal(new(0, 0, 0), Sum);
    }

    [Fact]
    public void A_longer_window_takes_over_what_a_shorter_one_held()
    {
        Add(successes: 3, failures: 2, slow: 1);
        _clock.Advance(5 * Bucket);
        Add(successes: 3, failures: 2, slow: 1);

        var longer = Resized(100 * Bucket);

        Assert.Equal(new(6, 4, 2), longer.Sum_NeedsLock(_clock.GetTimestamp()));
        _clock.Advance(80 * Bucket);
        Assert.Equal(new(6, 4, 2), longer.Sum_NeedsLock(_clock.GetTimestamp()));
    }

    [Fact]
    public void A_shorter_window_takes_over_what_is_not_too_old_for_it()
    {
        Add(successes: 3, failures: 2, slow: 1);
        _clock.Advance(5 * Bucket);
        Add(successes: 30, failures: 20, slow: 10);

        var shorter = Resized(2 * Bucket);

        Assert.Equal(new(30, 20, 10), shorter.Sum_NeedsLock(_clock.GetTimestamp()));
    }

    [Fact]
    public void What_the_old_window_had_forgotten_does_not_come_back_in_a_longer_one()
    {
        Add(successes: 3, failures: 2, slow: 1);
        _clock.Advance(10 * Bucket);

        var longer = Resized(100 * Bucket);

        Assert.Equal(new(0, 0, 0), longer.Sum_NeedsLock(_clock.GetTimestamp()));
    }

    [Fact]
    public void Results_counted_before_the_circuit_was_busy_still_count()
    {
        Add(successes: 3_000, failures: 2, slow: 1);

        Assert.True(_window.AddSuccess(order: 0, _clock.GetTimestamp()));
        Assert.Equal(new(3_001, 2, 1), Sum);
        Assert.Equal(new(3_001, 2, 1), Resized(20 * Bucket).Sum_NeedsLock(_clock.GetTimestamp()));
        _clock.Advance(10 * Bucket);
        Assert.Equal(new(0, 0, 0), Sum);
    }

    [Fact]
    public void The_window_before_is_kept_for_a_long_attempt()
    {
        var startedAt = _clock.GetTimestamp();
        for (var bucket = 0; bucket < 30; bucket++)
        {
            Add(successes: 1, failures: 10, slow: 100);
            var kept = Math.Min(bucket + 1, 20);
            Assert.Equal(new(kept, 10 * kept, 100 * kept), _window.Sum_NeedsLock(startedAt, _clock.GetTimestamp()));
            _clock.Advance(Bucket);
        }
    }

    [Fact]
    public void A_result_that_is_ahead_of_the_readers_clock_is_taken_over_too()
    {
        var before = _clock.GetTimestamp();
        _clock.Advance(Bucket);
        Add(successes: 2, failures: 1, slow: 1);

        Assert.Equal(new(2, 1, 1), _window.Resized_NeedsLock(_clock, 20 * Bucket, before).Sum_NeedsLock(_clock.GetTimestamp()));
    }

    [Fact]
    public void Threads_count_into_one_sum()
    {
        Race.Together(threads: 4, number => Add(successes: 10 * number, failures: 0, slow: 0));

        Assert.Equal(new(60, 0, 0), Sum);
    }

    private ResultWindow Resized(TimeSpan length) => _window.Resized_NeedsLock(_clock, length, _clock.GetTimestamp());

    private void Add(int successes, int failures, int slow)
    {
        var now = _clock.GetTimestamp();
        for (var i = 0; i < successes; i++)
        {
            _window.AddSuccess(order: 0, now);
        }

        for (var i = 0; i < failures; i++)
        {
            _window.AddFailure_NeedsLock(now);
        }

        for (var i = 0; i < slow; i++)
        {
            _window.AddSlow_NeedsLock(now);
        }
    }

    public sealed class OfABusyCircuit() : ResultWindowTests(busy: true);

    public sealed class OfAnyOtherCircuit() : ResultWindowTests(busy: false)
    {
        [Fact]
        public void More_successes_than_a_bucket_has_room_for_make_the_circuit_busy()
        {
            var now = new VirtualTimeProvider().GetTimestamp();
            var window = new ResultWindow(new VirtualTimeProvider(), 10 * Bucket, now);

            Assert.DoesNotContain(Enumerable.Range(0, Full), _ => window.AddSuccess(order: 0, now));
            Assert.True(window.AddSuccess(order: 0, now));
            Assert.True(window.AddSuccess(order: 0, now + _clock.TimestampFrequency));

            Assert.Equal(Full + 2, window.Sum_NeedsLock(now).Successes);
        }

        /// <summary>Buckets share cells, and a full one makes the circuit busy: none of that may be seen from outside.</summary>
        [Fact]
        public void A_result_window_holds_the_same_results_as_a_plain_list() => RandomCases.Check(
            (from buckets in Gen.Choose(0, 12)
             from successes in Gen.Elements(0, 1, 5, Full - 1, Full, Full + 1)
             from ago in Gen.Choose(0, 25)
             select (buckets, successes, ago)).ArrayOf(30),
            Play,
            times: 300);

        private static void Play((int Buckets, int Successes, int Ago)[] steps)
        {
            var clock = new VirtualTimeProvider();
            var window = new ResultWindow(clock, 10 * Bucket, clock.GetTimestamp());
            var all = new List<(int Bucket, int Successes)>();
            var now = 0;
            foreach (var (buckets, successes, ago) in steps)
            {
                now += buckets;
                clock.Advance(buckets * Bucket);
                for (var i = 0; i < successes; i++)
                {
                    window.AddSuccess(order: 0, clock.GetTimestamp());
                }

                all.Add((now, successes));
                var kept = Math.Min(20, 10 + ago);
                Assert.Equal(
                    all.Where(result => now - result.Bucket < kept).Sum(result => result.Successes),
                    window.Sum_NeedsLock(clock.GetTimestamp() - (ago * clock.TimestampFrequency), clock.GetTimestamp()).Successes);
            }
        }
    }
}
