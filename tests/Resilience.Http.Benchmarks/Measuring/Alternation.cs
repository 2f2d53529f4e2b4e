namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>
/// Runs contenders in turn, a short slice each, many times over. The machine may be shared and its clock may drift: figures of
/// two runs say little, the ratio of two neighbouring slices of one run says much.
/// </summary>
internal static class Alternation
{
    private const int WarmUpRounds = 30;
    private static readonly TimeSpan WarmUpSlice = TimeSpan.FromMilliseconds(25);

    public static IReadOnlyList<Series> Run(string title, IReadOnlyList<Runner> runners, MeasurementPlan pace)
    {
        WarmUp(title, runners);

        var series = runners.Select(runner => new Series(runner.Name)).ToArray();
        for (var round = 0; round < pace.Rounds; round++)
        {
            Progress.Report($"{title}: alternation {round + 1} of {pace.Rounds}");
            foreach (var i in InOrderOf(round, runners.Count))
            {
                series[i].Add(runners[i].RunSlice(pace.Slice));
            }
        }

        Progress.Clear();
        return series;
    }

    /// <summary>Many slices too short to matter: the code that all share is compiled for what all do with it, not for the first.</summary>
    private static void WarmUp(string title, IReadOnlyList<Runner> runners)
    {
        Progress.Report($"{title}: warm-up");
        for (var round = 0; round < WarmUpRounds; round++)
        {
            foreach (var i in InOrderOf(round, runners.Count))
            {
                runners[i].RunSlice(WarmUpSlice);
            }
        }
    }

    /// <summary>There and back again, so that a slow drift falls on all alike.</summary>
    private static IEnumerable<int> InOrderOf(int round, int count) =>
        round % 2 == 0 ? Enumerable.Range(0, count) : Enumerable.Range(0, count).Reverse();
}
