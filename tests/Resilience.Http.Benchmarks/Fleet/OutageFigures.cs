namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>An outage of the service: what was asked of it, and when it began and ended.</summary>
internal sealed record Outage(string Title, double DownAt, double UpAt, double EndsAt);

/// <summary>What an outage came to for the replicas with the fleet, or for those without. Times in seconds.</summary>
/// <param name="AllOpen">From the fault to the last circuit that opened.</param>
/// <param name="SinceQuorum">From the circuit that made more than half to the last that opened.</param>
/// <param name="CallsUntilOpen">Calls that reached the dead service until then.</param>
/// <param name="Trials">Calls that reached it later, for each break.</param>
/// <param name="AllClosed">From the end of the fault to the last circuit that closed; <see langword="null"/> if one did not.</param>
/// <param name="SinceTrial">From the trial that decides to the last circuit that closed.</param>
internal sealed record OutageFigures(
    double AllOpen, double SinceQuorum, int CallsUntilOpen, IReadOnlyList<int> Trials, double? AllClosed, double? SinceTrial)
{
    /// <summary>Of three trials, two decide (HalfOpenMaxCalls).</summary>
    private const int DecidingTrial = 2;

    /// <summary>Trials that are further apart than this belong to different breaks.</summary>
    private const double BreakGap = 2;

    public static OutageFigures From(
        Outage outage, bool withFleet, int replicas, IEnumerable<ReplicaEvent> events, IEnumerable<Arrival> arrivals)
    {
        var mine = events.Where(each => each.WithFleet == withFleet && each.At >= outage.DownAt && each.At < outage.EndsAt).ToList();
        var opened = mine.Where(static each => each.What == "Open")
            .GroupBy(static each => each.Replica)
            .Select(static group => group.First().At)
            .Order()
            .ToList();
        var lasts = mine.GroupBy(static each => each.Replica).Select(static group => group.Last()).ToList();
        var closed = lasts.Count == replicas && lasts.TrueForAll(static each => each.What == "Closed")
            ? lasts.Max(static each => each.At)
            : (double?)null;
        var calls = arrivals.Where(each => each.WithFleet == withFleet && each.At >= outage.DownAt).Select(static each => each.At).ToList();
        var lastOpened = opened.Count == replicas ? opened[^1] : double.PositiveInfinity;
        var decided = calls.Where(at => at >= outage.UpAt).ElementAtOrDefault(DecidingTrial - 1);
        return new(
            lastOpened - outage.DownAt,
            lastOpened - opened[Math.Min(opened.Count - 1, replicas / 2)],
            calls.Count(at => at <= lastOpened && at < outage.UpAt),
            BreaksOf(calls.Where(at => at > lastOpened && at < outage.UpAt)),
            closed - outage.UpAt,
            closed - decided);
    }

    private static List<int> BreaksOf(IEnumerable<double> trials)
    {
        List<int> breaks = [];
        var last = double.NegativeInfinity;
        foreach (var trial in trials)
        {
            if (trial - last > BreakGap)
            {
                breaks.Add(0);
            }

            breaks[^1]++;
            last = trial;
        }

        return breaks;
    }
}
