using Resilience.Http.CircuitBreaker;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>Results that meet each other, or an edit of the settings.</summary>
public sealed class ResultRaceTests
{
    [Fact]
    public void Two_failures_that_reach_the_threshold_together_open_it_once() => Duel.Between(
        () => new Match(AfterFailures(4), permits: 2),
        match => match.OneDid = match.Lab.Fail(match.One),
        match => match.OtherDid = match.Lab.Fail(match.Other),
        match => (match.OneDid ^ match.OtherDid, match.Lab.Path));

    [Fact]
    public void A_success_and_the_failure_that_would_open_it_meet() => Duel.Between(
        () => new Match(AfterFailures(4), permits: 2),
        match => match.OneDid = match.Lab.Fail(match.One),
        match => match.Lab.Succeed(match.Other),
        match => (match.OneDid, match.Lab.Path, match.Lab.Circuit.Snapshot().ConsecutiveFailures));

    [Fact]
    public void A_success_ends_the_row_whoever_lengthens_it_meanwhile() => Duel.Between(
        () => new Match(AfterFailures(2), permits: 2),
        match => match.Lab.Fail(match.One),
        match => match.Lab.Succeed(match.Other),
        match => match.Lab.Circuit.Snapshot().ConsecutiveFailures);

    [Fact]
    public void A_failure_meets_a_reload_of_the_window_and_is_not_lost() => Duel.Between(
        () => new Match(AfterFailures(2), permits: 1),
        match => match.Lab.Fail(match.One),
        match => match.Lab.Reload(options => options.SamplingWindow = TimeSpan.FromSeconds(20)),
        match => match.Lab.Circuit.Snapshot().Throughput);

    [Fact]
    public void However_often_a_row_is_ended_each_failure_counts_itself_and_no_end_is_undone()
    {
        const int MostEnds = 500_000, MostFailures = 60_000_000, LongRow = 8;
        var (row, begun, over) = (new ConsecutiveFailures(), 0L, false);

        Race.Together(threads: 2, number =>
        {
            try
            {
                (number == 0 ? (Action)Lengthen : End)();
            }
            finally
            {
                Volatile.Write(ref over, true);
            }
        });

        void Lengthen()
        {
            while (!Volatile.Read(ref over) && begun < MostFailures)
            {
                Volatile.Write(ref begun, begun + 1);
                Assert.True(row.Add_NeedsLock(row.Known, burstsCountOnce: true) > 0);
            }
        }

        void End()
        {
            for (var end = 0; !Volatile.Read(ref over) && end < MostEnds;)
            {
                if (row.Count < LongRow)
                {
                    continue; // A short row that came back would look like one that has just begun.
                }

                var before = Volatile.Read(ref begun);
                row.Reset();
                while (!Volatile.Read(ref over) && Volatile.Read(ref begun) < before + LongRow / 2)
                {
                    // Until the failure that was being counted is counted.
                }

                var count = row.Count;
                Assert.True(count <= Volatile.Read(ref begun) - before + 1, "A failure that was being counted has undone the end of the row.");
                end++;
            }
        }
    }

    [Fact]
    public void No_success_is_lost_while_a_circuit_gets_busy()
    {
        for (var round = 0; round < 200; round++)
        {
            var lab = new CircuitLab();

            Race.Together(threads: 4, _ => lab.Succeed(times: 300));

            Assert.Equal((1_200L, 0L), (lab.Circuit.Snapshot().Throughput, lab.Circuit.InFlight));
        }
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
            for (var i = 0; i < 100_000; i++)
            {
                lab.Fail(lab.Acquire(), CircuitLab.TimedOut);
            }
        });

        Assert.Equal((400_000L, 400_000), (lab.Circuit.Snapshot().Throughput, lab.Circuit.Snapshot().ConsecutiveFailures));
    }

    [Fact]
    public void No_success_is_lost_when_all_threads_go_from_bucket_to_bucket()
    {
        var clock = new VirtualTimeProvider();
        var window = new ResultWindow(clock, new CircuitTraffic(), TimeSpan.FromSeconds(10), clock.GetTimestamp());
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

    private static CircuitLab AfterFailures(int times)
    {
        var lab = new CircuitLab();
        lab.Fail(times);
        return lab;
    }
}
