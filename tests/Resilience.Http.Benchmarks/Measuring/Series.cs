namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>The slices of one contender, one for each alternation, in the order in which they ran.</summary>
internal sealed class Series(string name)
{
    private readonly List<Sample> _samples = [];

    public string Name => name;

    public IReadOnlyList<Sample> Samples => _samples;

    public void Add(Sample sample) => _samples.Add(sample);

    public double Median(Func<Sample, double> figure) => Spread.Of(_samples.Select(figure)).Median;

    /// <summary>This contender's figure over the baseline's, alternation by alternation.</summary>
    public Spread RatioTo(Series baseline, Func<Sample, double> figure) =>
        Spread.Of(_samples.Zip(baseline._samples, (mine, theirs) => figure(mine) / figure(theirs)));

    public LatencyHistogram Latencies()
    {
        var all = new LatencyHistogram();
        foreach (var sample in _samples)
        {
            all.Add(sample.Latencies!);
        }

        return all;
    }
}
