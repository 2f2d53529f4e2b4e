namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>How often contenders alternate, and how long each runs at a time.</summary>
internal sealed record MeasurementPlan(int Rounds, TimeSpan Slice);
