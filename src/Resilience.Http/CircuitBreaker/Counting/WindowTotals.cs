namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>The results in a sampling window, by kind.</summary>
internal readonly record struct WindowTotals(long Successes, long Failures, long Slow)
{
    public long Throughput => Successes + Failures;

    public double FailureRatio => Share(Failures);

    /// <summary>The share of failures if so many attempts that have not ended yet succeed.</summary>
    public double FailureRatioWith(long pending) => pending == 0 ? FailureRatio : Failures / (double)(Throughput + pending);

    public double SlowRatio => Share(Slow);

    /// <summary>
    /// A quotient and no product: 3 of 30 is then the very double that is written 0.1, and exactly at the threshold opens.
    /// </summary>
    private double Share(long part) => Throughput == 0 ? 0 : part / (double)Throughput;
}
