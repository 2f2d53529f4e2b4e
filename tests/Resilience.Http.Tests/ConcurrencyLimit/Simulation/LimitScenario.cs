using System.Globalization;

namespace Resilience.Http.Tests.ConcurrencyLimit.Simulation;

/// <summary>A situation of docs/concurrency-limit.md with what an adaptive limit has to come to in it.</summary>
/// <param name="Number">Its number there.</param>
/// <param name="Name">What happens.</param>
/// <param name="Goal">The goal in words.</param>
/// <param name="Model">The server and its clients.</param>
/// <param name="RightLimit">The number of workers for each client, against which fixed limits are sized.</param>
/// <param name="Figures">What is shown of a run.</param>
/// <param name="IsMet">Whether a run met the goal.</param>
internal sealed record LimitScenario(
    int Number,
    string Name,
    string Goal,
    QueueModel Model,
    int RightLimit,
    Func<QueueResult, string> Figures,
    Func<QueueResult, bool> IsMet)
{
    /// <summary>Of 50 ms at the mean, exponentially distributed.</summary>
    private static readonly double UnloadedP99 = QueueModel.ServiceTime * Math.Log(100);

    /// <summary>The mean of the mixed calls: nine of 1 ms and one of 500 ms.</summary>
    private const double MixedTime = 0.0509;

    private const int FailingWorkers = 32;

    public override string ToString() => $"{Number}. {Name}, {RightLimit} workers";

    /// <summary>Those that a server of any size has to pass.</summary>
    public static IEnumerable<LimitScenario> OfSize(int workers)
    {
        var capacity = workers / QueueModel.ServiceTime;
        yield return new(1, "half load", "at most 1 in 10,000 rejected; 2 % in the first 10 s", Steady(workers, 0.5), workers,
            static run => Text($"{run.RejectedShare():0.0## %} rejected, {run.RejectedShare(0, 10):0.0 %} at first"),
            static run => run.RejectedShare() <= 1e-4 && run.RejectedShare(0, 10) <= 0.02);
        foreach (var times in new[] { 2, 5, 10 })
        {
            yield return new(2, $"{times}x overload", "goodput 90 %, p99 3x", Steady(workers, times), workers,
                run => Settled(run, capacity), run => IsSettled(run, capacity, 10, 120));
        }

        yield return new(3, "2x overload, half of the workers gone from second 40 to 80",
            "goodput 90 %, p99 3x, 5 s after the loss and 15 s after the return", Halving(workers), workers,
            run => $"{Settled(run, capacity / 2, 45, 80)}, then {Settled(run, capacity, 95, 120)}",
            run => IsSettled(run, capacity / 2, 45, 80) && IsSettled(run, capacity, 95, 120));
        yield return new(4, "service three times as slow from second 40 on",
            "limit never below half of its value at second 40; goodput 97 % from second 100 on", Slower(workers), workers,
            run => Text($"limit {Limit(run.LimitAt(40))}, lowest {Limit(run.LowestLimit(40))}, goodput {run.Goodput(100) / capacity:0 %}"),
            run => run.LowestLimit(40) >= 0.5 * run.LimitAt(40) && run.Goodput(100) >= 0.97 * capacity);
        var canceled = Steady(workers, 2) with { CanceledShare = 0.3 };
        yield return new(10, "2x overload, 30 % canceled", "goodput 70 %, p99 3x", canceled, workers,
            run => Settled(run, capacity), run => run.P99() <= 3 * UnloadedP99 && run.Goodput() >= 0.7 * capacity);
        var few = Steady(workers, 0.5) with { CanceledShare = 0.3 };
        yield return new(10, "half load, 30 % canceled", "at most 1 in 10,000 rejected", few, workers,
            static run => Text($"{run.RejectedShare():0.0## %} rejected"), static run => run.RejectedShare() <= 1e-4);
    }

    public static IEnumerable<LimitScenario> OfOneSize()
    {
        yield return new(5, "every request times out", "at `MinLimit` (4) within 10 s, never rises", Hanging(), 16,
            static run => Text($"limit {Limit(run.LimitAt(10))} after 10 s, {Limit(run.LastLimit)} at the end"),
            static run => run.LimitAt(10) == 4
                && run.Limits.Zip(run.Limits.Skip(1)).All(static pair => pair.Second.Limit <= pair.First.Limit));
        yield return new(5, "every request times out from second 20 on", "at `MinLimit` (4) within 10 s, never rises",
            HangingFrom(20, 1), 16,
            static run => Text(
                $"limit {Limit(run.LimitAt(20))} before, {Limit(run.LimitAt(30))} after 10 s, {Limit(run.LastLimit)} at the end"),
            static run => run.LimitAt(30) == 4 && run.Limits.Where(static limit => limit.At > 30).All(static limit => limit.Limit == 4));
        yield return new(11, "a third of the requests hangs from second 20 on", "at most 2 % rejected", HangingFrom(20, 1.0 / 3), 16,
            static run => Text($"{run.RejectedShare(20):0.0## %} rejected, limit {Limit(run.LastLimit)}"),
            static run => run.RejectedShare(20) <= 0.02 && run.LastLimit >= 16);
        yield return new(12, "3 % of the answers take 5 s longer", "at most 1 % rejected", SlowTail(), 16,
            static run => Text($"{run.RejectedShare(0):0.0## %} rejected, limit {Limit(run.LastLimit)}"),
            static run => run.RejectedShare(0) <= 0.01);
        yield return new(6, "10 idle minutes, then as many requests at once as the limit allows", "nothing rejected", Idle(), 64,
            static run => Text($"{run.BurstRejected} of {run.Burst} rejected"), static run => run is { Burst: > 20, BurstRejected: 0 });
        yield return new(7, "one call a second", "nothing rejected, the limit stays", Steady(64, 1.0 / 1_280) with { Length = 600 }, 64,
            static run => Text($"{run.Rejected(0)} rejected, limit {Limit(run.LastLimit)}"),
            static run => run.Rejected(0) == 0 && run.Limits.All(limit => limit.Limit == run.LastLimit));
        yield return new(8, "twenty clients, 2x overload", "goodput 85 %, least served half of the mean",
            Steady(200, 2) with { Clients = 20 }, 10,
            static run => Text($"goodput {run.Goodput() / 4_000:0 %}, least served {run.LeastServed:0 %}"),
            static run => run.Goodput() >= 0.85 * 4_000 && run.LeastServed >= 0.5);
        foreach (var times in new[] { 0.8, 2 })
        {
            var most = Math.Min(1, times) * 64 / MixedTime;
            yield return new(9, Text($"1 ms and 500 ms mixed 9:1, {times}x"), "goodput 85 %", Mixed(times), 64,
                run => Text($"goodput {run.Goodput() / most:0 %}"), run => run.Goodput() >= 0.85 * most);
        }
    }

    /// <summary>A share of 503 whatever the load, and from second 60 to 90 real overload on top of it.</summary>
    public static IEnumerable<LimitScenario> Failing()
    {
        foreach (var share in new[] { 0.05, 0.2, 0.5 })
        {
            var left = FailingWorkers / 4 / QueueModel.ServiceTime * (1 - share);
            yield return new(13, Text($"{share:0 %} answered with 503 whatever the load, overload from second 60 to 90"),
                "at most 1 % rejected; in overload goodput 80 %, p99 3x and a lower limit; then at most 1 % rejected",
                Failing(share), FailingWorkers,
                run => Text($"{run.RejectedShare(20, 60):0.0 %} rejected, {Settled(run, left, 70, 90)}, limit {Limit(run.LimitAt(89))}, ") +
                    Text($"then {run.RejectedShare(105):0.0 %} rejected"),
                run => run.RejectedShare(20, 60) <= 0.01
                    && run.Goodput(70, 90) >= 0.8 * left
                    && run.P99(70, 90) <= 3 * UnloadedP99
                    && run.LimitAt(89) < 0.6 * run.LimitAt(59)
                    && run.RejectedShare(105) <= 0.01);
        }
    }

    /// <summary>The workers are twice what the load needs, and half of it in overload. What does not fit into the queue gets 503.</summary>
    private static QueueModel Failing(double share) => new()
    {
        Workers = static now => now is >= 60 and < 90 ? FailingWorkers / 4 : FailingWorkers,
        Rate = static _ => FailingWorkers / 2 / QueueModel.ServiceTime,
        FailingShare = _ => share,
        ServerQueue = FailingWorkers,
    };

    private static QueueModel Steady(int workers, double times) =>
        new() { Workers = _ => workers, Rate = _ => times * workers / QueueModel.ServiceTime };

    private static QueueModel Halving(int workers) =>
        Steady(workers, 2) with { Workers = now => now is >= 40 and < 80 ? workers / 2 : workers };

    /// <summary>No send waits for another: the service has room for all.</summary>
    private static QueueModel Slower(int load) => Steady(load, 1) with
    {
        Workers = static _ => int.MaxValue,
        Service = static (now, random) => QueueModel.Exponential(random, now < 40 ? QueueModel.ServiceTime : 3 * QueueModel.ServiceTime),
    };

    private static QueueModel Hanging() => Steady(16, 1) with { HangingShare = static _ => 1, Length = 60 };

    private static QueueModel HangingFrom(double second, double share) =>
        Steady(16, 0.5) with { HangingShare = now => now < second ? 0 : share };

    /// <summary>At an instance that is in trouble and works on few requests: nothing waits for the slow ones.</summary>
    private static QueueModel SlowTail() => Steady(16, 0.5) with
    {
        Workers = static _ => int.MaxValue,
        Service = static (_, random) => QueueModel.Exponential(random, QueueModel.ServiceTime) + (random.NextDouble() < 0.03 ? 5 : 0),
        AttemptTimeout = 10,
    };

    private static QueueModel Idle() => Steady(64, 2) with { Rate = static now => now < 60 ? 2_560 : 0, BurstAt = 660, Length = 662 };

    private static QueueModel Mixed(double times) => new()
    {
        Workers = static _ => 64,
        Rate = _ => times * 64 / MixedTime,
        Service = static (_, random) => random.NextDouble() < 0.9 ? 0.001 : 0.5,
    };

    private static bool IsSettled(QueueResult run, double capacity, int from, int to) =>
        run.Goodput(from, to) >= 0.9 * capacity && run.P99(from, to) <= 3 * UnloadedP99;

    private static string Settled(QueueResult run, double capacity, int from = 10, int? to = null) => run.Goodput(from, to) == 0
        ? "nothing answered in time"
        : Text($"{run.Goodput(from, to) / capacity:0 %}, {run.P99(from, to) / UnloadedP99:0.0}x");

    private static string Limit(int limit) => limit == int.MaxValue ? "none" : limit.ToString(CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
