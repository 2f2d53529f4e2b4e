namespace Resilience.Http.Benchmarks.Outcomes.Results;

/// <summary>What came of one client in one scenario: the medians over its passes. Infinity stands for "never".</summary>
internal sealed class OutcomeMedians(OutcomeScenario scenario, IReadOnlyList<OutcomeResult> passes)
{
    private readonly double _onset = scenario.Onset * scenario.Scale(passes[0].Seconds);

    public double ShareInTime => Median(static figures => figures.ShareInTime);

    public double SendsPerCall => Median(static figures => figures.SendsPerCall);

    public double SendsPerCallInWorstSecond => Median(static figures => figures.SendsPerCallInWorstSecond);

    public double P50 => Median(static figures => figures.P50);

    public double P99 => Median(static figures => figures.P99);

    public double P999 => Median(static figures => figures.P999);

    /// <summary>The seconds from the start of the failure to the first refusal.</summary>
    public double FirstRefusal =>
        Median(figures => figures.FirstRefusal is { } second ? Math.Max(0, second - _onset) : double.PositiveInfinity);

    /// <summary>The seconds from the end of the failure to 99 % in time; <see langword="null"/> if the failure does not end.</summary>
    public double? Recovery => passes.All(static pass => pass.Figures.WellAt is null)
        ? null
        : Median(static figures => figures.Recovery ?? double.PositiveInfinity);

    public double LoadWasLate => Median(static figures => figures.LoadWasLate);

    private double Median(Func<OutcomeFigures, double> figure) =>
        passes.Select(pass => figure(pass.Figures)).Order().ElementAt(passes.Count / 2);
}
