using Resilience.Http.Hedging;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Hedging;

/// <summary>Records samples that end now, and finds percentiles in milliseconds.</summary>
internal static class LatencySamples
{
    public static void Record(LatencyEstimator estimator, VirtualTimeProvider clock, double milliseconds)
    {
        var now = clock.GetTimestamp();
        estimator.Record(now - TimeSpan.FromMilliseconds(milliseconds).Ticks, now);
    }

    public static double? Find(LatencyEstimator estimator, VirtualTimeProvider clock, double percentile) =>
        estimator.Find(percentile, minSamples: 50, clock.GetTimestamp()) / 1_000d;
}
