using Resilience.Http.CircuitBreaker;
using Resilience.Http.Requests;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>Two threads through every place where they can meet.</summary>
public sealed class CircuitRaceTests
{
    private static void OneTrial(HttpCircuitBreakerOptions options) => options.HalfOpenMaxCalls = 1;

    [Fact]
    public void Two_failures_that_reach_the_threshold_together_open_it_once() => Race.Between(
        () =>
        {
            var match = new Match(new CircuitLab());
            match.Lab.Fail(times: 4);
            (match.One, match.Other) = (match.Lab.Acquire(), match.Lab.Acquire());
            return match;
        },
        match => match.OneOpened = match.Lab.Fail(match.One),
        match => match.OtherOpened = match.Lab.Fail(match.Other),
        match => (match.OneOpened ^ match.OtherOpened, match.Lab.Path));

    [Fact]
    public void A_success_and_the_failure_that_would_open_it_meet() => Race.Between(
        () =>
        {
            var match = new Match(new CircuitLab());
            match.Lab.Fail(times: 4);
            (match.One, match.Other) = (match.Lab.Acquire(), match.Lab.Acquire());
            return match;
        },
        match => match.OneOpened = match.Lab.Fail(match.One),
        match => match.Lab.Succeed(match.Other),
        match => (match.OneOpened, match.Lab.Path, match.Lab.Circuit.Snapshot().ConsecutiveFailures));

    [Fact]
    public void A_success_ends_the_row_whoever_lengthens_it_meanwhile() => Race.Between(
        () =>
        {
            var match = new Match(new CircuitLab());
            match.Lab.Fail(times: 2);
            (match.One, match.Other) = (match.Lab.Acquire(), match.Lab.Acquire());
            return match;
        },
        match => match.Lab.Fail(match.One),
        match => match.Lab.Succeed(match.Other),
        match => match.Lab.Circuit.Snapshot().ConsecutiveFailures);

    [Fact]
    public void However_often_a_row_is_ended_each_failure_counts_itself_and_no_end_is_undone()
    {
        var (row, begun, done) = (new ConsecutiveFailures(), 0L, false);

        Race.Together(threads: 2, number =>
        {
            if (number == 0)
            {
                for (var i = 0; i < 3_000_000; i++)
                {
                    Volatile.Write(ref begun, i + 1);
                    Assert.True(row.Add_NeedsLock(row.Known, burstsCountOnce: true) > 0);
                }

                Volatile.Write(ref done, true);
            }

            while (number == 1 && !Volatile.Read(ref done))
            {
                var before = Volatile.Read(ref begun);
                row.Reset();
                var count = row.Count;
                Assert.True(count <= Volatile.Read(ref begun) - before + 1, "A failure that was being counted has undone the end of the row.");
            }
        });
    }

    [Fact]
    public void Two_calls_meet_at_the_last_place_of_a_half_open_circuit() => Race.Between(
        () => new Match(new CircuitLab(OneTrial).HalfOpen()),
        match => match.OneOpened = match.TryAcquire(),
        match => match.OtherOpened = match.TryAcquire(),
        match => match.OneOpened ^ match.OtherOpened);

    [Fact]
    public void Two_calls_meet_at_the_end_of_the_break() => Race.Between(
        () =>
        {
            var match = new Match(new CircuitLab(OneTrial).Open());
            match.Lab.Clock.Advance(TimeSpan.FromSeconds(30));
            return match;
        },
        match => match.OneOpened = match.TryAcquire(),
        match => match.OtherOpened = match.TryAcquire(),
        match => (match.OneOpened ^ match.OtherOpened, match.Lab.Path));

    [Fact]
    public void The_trial_that_closes_meets_the_one_that_reopens() => Race.Between(
        () =>
        {
            var match = new Match(new CircuitLab(options => options.HalfOpenMaxCalls = 2).HalfOpen());
            match.Lab.Succeed(times: 1);
            (match.One, match.Other) = (match.Lab.Acquire(), match.Lab.Acquire());
            return match;
        },
        match => match.Lab.Succeed(match.One),
        match => match.OtherOpened = match.Lab.Fail(match.Other),
        match => (match.OtherOpened, match.Lab.Path));

    [Fact]
    public void A_cancelled_trial_meets_the_call_that_wants_its_place() => Race.Between(
        () =>
        {
            var match = new Match(new CircuitLab(OneTrial).HalfOpen());
            match.One = match.Lab.Acquire();
            return match;
        },
        match => match.Lab.Circuit.Ignore(match.One),
        match => match.OtherOpened = match.TryAcquire(),
        match => (match.OtherOpened, match.Lab.Circuit.InFlight));

    [Fact]
    public void A_reset_meets_a_failed_trial() => Race.Between(
        () =>
        {
            var match = new Match(new CircuitLab().HalfOpen());
            match.One = match.Lab.Acquire();
            return match;
        },
        match => match.OneOpened = match.Lab.Fail(match.One),
        match => match.Lab.Reset(),
        match => (match.OneOpened, match.Lab.State, match.Lab.Transitions.Count));

    [Fact]
    public void An_isolation_meets_the_trial_that_closes() => Race.Between(
        () =>
        {
            var match = new Match(new CircuitLab(OneTrial).HalfOpen());
            match.One = match.Lab.Acquire();
            return match;
        },
        match => match.Lab.Succeed(match.One),
        match => match.Lab.Isolate(),
        match => match.Lab.Path);

    [Fact]
    public void A_failure_meets_a_reload_of_the_window_and_is_not_lost() => Race.Between(
        () =>
        {
            var match = new Match(new CircuitLab());
            match.Lab.Fail(times: 2);
            match.One = match.Lab.Acquire();
            return match;
        },
        match => match.Lab.Fail(match.One),
        match => match.Lab.Reload(options => options.SamplingWindow = TimeSpan.FromSeconds(20)),
        match => match.Lab.Circuit.Snapshot().Throughput);

    [Fact]
    public void The_first_calls_of_authorities_meet_the_isolation_of_all() => Race.Between(
        () => new Fleet(most: 100),
        fleet => fleet.CallNewAuthorities(),
        fleet => fleet.Circuits.Isolate("maintenance", duration: null, authority: null),
        fleet => fleet.Count(CircuitState.Closed));

    [Fact]
    public void The_first_calls_of_isolated_authorities_meet_the_reset_of_all() => Race.Between(
        () =>
        {
            var fleet = new Fleet(most: 100);
            fleet.Circuits.Isolate("maintenance", duration: null, authority: null);
            return fleet;
        },
        fleet => fleet.CallNewAuthorities(),
        fleet => fleet.Circuits.TryReset(authority: null),
        fleet => fleet.Count(CircuitState.Isolated));

    [Fact]
    public void A_call_meets_the_dropping_of_its_circuit_and_its_failure_is_not_lost() => Race.Between(
        () => new Fleet(most: 1),
        fleet => fleet.Permit = fleet.TryAcquire("https://old.internal/"),
        fleet => fleet.TryAcquire("https://new.internal/")!.Value.Ignore(),
        fleet =>
        {
            var circuit = fleet.Permit!.Value.Circuit;
            circuit.Fail(fleet.Permit!.Value, fleet.Clock.GetTimestamp(), CircuitLab.Failure);
            return (fleet.Circuits.Find("https://old.internal")?.ConsecutiveFailures, circuit.InFlight);
        });

    [Fact]
    public void A_circuit_is_retired_between_two_calls_and_never_during_one() => Race.Between(
        () => new Match(new CircuitLab()),
        match =>
        {
            for (var i = 0; i < 1000 && match.TryAcquire(out var permit); i++)
            {
                match.Granted |= match.IsRetired;
                match.Lab.Succeed(permit);
            }
        },
        match =>
        {
            while (!match.Lab.Circuit.TryRetire())
            {
            }

            match.IsRetired = true;
        },
        match => match.Granted);

    [Fact]
    public void Of_a_hundred_calls_at_once_exactly_three_are_trials()
    {
        var lab = new CircuitLab().HalfOpen();
        var granted = 0;

        Race.Together(threads: 100, _ =>
        {
            if (lab.Circuit.TryAcquire(lab.Clock.GetTimestamp(), TimeSpan.Zero, out CircuitPermit _, out CircuitRefusal? _) == Admission.Granted)
            {
                Interlocked.Increment(ref granted);
            }
        });

        Assert.Equal(3, granted);
    }

    [Fact]
    public void However_trials_come_and_go_never_more_are_in_flight_than_the_quota()
    {
        var lab = new CircuitLab().HalfOpen();
        var (inFlight, most) = (0, 0);

        Race.Together(threads: 4, _ =>
        {
            for (var i = 0; i < 200_000; i++)
            {
                if (lab.Circuit.TryAcquire(lab.Clock.GetTimestamp(), TimeSpan.Zero, out var permit, out CircuitRefusal? _) == Admission.Granted)
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref inFlight));
                    Interlocked.Decrement(ref inFlight);
                    lab.Circuit.Ignore(permit);
                }
            }
        });

        Assert.InRange(most, 1, 3);
        Assert.Equal((CircuitState.HalfOpen, 0L), (lab.State, lab.Circuit.InFlight));
    }

    [Fact]
    public void No_success_is_lost_however_many_threads_record_it()
    {
        var lab = new CircuitLab();

        Race.Together(threads: 4, _ =>
        {
            for (var i = 0; i < 500_000; i++)
            {
                lab.Succeed(lab.Acquire());
            }
        });

        Assert.Equal((2_000_000L, 0L), (lab.Circuit.Snapshot().Throughput, lab.Circuit.InFlight));
    }

    [Fact]
    public void No_failure_is_lost_however_many_threads_record_it()
    {
        var lab = new CircuitLab(options => (options.FailureThreshold, options.FailureRatio) = (0, 0));

        Race.Together(threads: 4, _ =>
        {
            for (var i = 0; i < 200_000; i++)
            {
                lab.Fail(lab.Acquire(), CircuitLab.TimedOut);
            }
        });

        Assert.Equal((800_000L, 800_000), (lab.Circuit.Snapshot().Throughput, lab.Circuit.Snapshot().ConsecutiveFailures));
    }

    [Fact]
    public void No_success_is_lost_when_all_threads_go_from_bucket_to_bucket()
    {
        var clock = new VirtualTimeProvider();
        var window = new ResultWindow(clock, TimeSpan.FromSeconds(10), clock.GetTimestamp());
        var start = clock.GetTimestamp();

        Race.Together(threads: 4, _ =>
        {
            for (var i = 0; i < 2_000_000; i++)
            {
                window.AddSuccess(start + (i * 40L));
            }
        });

        Assert.Equal(8_000_000, window.Sum_NeedsLock(start + clock.TimestampFrequency * 8).Successes);
    }

    [Fact]
    public void Transitions_are_told_one_at_a_time_and_in_order_whoever_causes_them()
    {
        List<CircuitTransition> told = [];
        var telling = 0;
        var circuit = new Circuit(CircuitLab.Name, new(), new VirtualTimeProvider(), () => 0, (_, transition) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref telling));
            told.Add(transition);
            Interlocked.Decrement(ref telling);
        });

        Race.Together(threads: 4, number =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                if (number % 2 == 0)
                {
                    circuit.Isolate("maintenance", Timestamps.Never);
                }
                else
                {
                    circuit.Reset();
                }

                circuit.Tell();
            }
        });

        Assert.All(told.Zip(told.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.Equal(told[^1].To, circuit.Snapshot().State);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is var before && before != seen)
        {
            seen = before;
        }
    }

    private sealed class Match(CircuitLab lab)
    {
        public CircuitLab Lab { get; } = lab;

        public CircuitPermit One { get; set; }

        public CircuitPermit Other { get; set; }

        public bool OneOpened { get; set; }

        public bool OtherOpened { get; set; }

        /// <summary>Whether the circuit is retired, and whether it granted a permit all the same.</summary>
        public bool IsRetired { get; set; }

        public bool Granted { get; set; }

        public bool TryAcquire() => TryAcquire(out _);

        public bool TryAcquire(out CircuitPermit permit) =>
            Lab.Circuit.TryAcquire(Lab.Clock.GetTimestamp(), TimeSpan.Zero, out permit, out _) == Admission.Granted;
    }

    /// <summary>The circuits of a service that has met one authority.</summary>
    private sealed class Fleet
    {
        public Fleet(int most)
        {
            Circuits = new(new ResilientService("payments", new ResilienceHost(Clock), new()), static (_, _) => { }, most);
            TryAcquire("https://old.internal/")!.Value.Ignore();
        }

        public VirtualTimeProvider Clock { get; } = new();

        public ServiceCircuits Circuits { get; }

        public CircuitPermit? Permit { get; set; }

        public CircuitPermit? TryAcquire(string uri) =>
            Circuits.TryAcquire(new Uri(uri), HttpCircuitBreakerScope.Authority, Clock.GetTimestamp(), TimeSpan.Zero, out var permit, out _) ? permit : null;

        public void CallNewAuthorities()
        {
            for (var host = 0; host < 30; host++)
            {
                TryAcquire($"https://new{host}.internal/");
            }
        }

        public int Count(CircuitState state) => Circuits.Snapshots().Count(circuit => circuit.State == state);
    }
}

file static class CircuitPermitExtensions
{
    public static void Ignore(this CircuitPermit permit) => permit.Circuit.Ignore(permit);
}
