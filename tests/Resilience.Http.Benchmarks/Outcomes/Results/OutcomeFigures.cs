using Resilience.Http.Benchmarks.Outcomes.Clients;

namespace Resilience.Http.Benchmarks.Outcomes.Results;

/// <summary>What came of one contender in one run. Latencies in milliseconds, of the calls that were answered; times in seconds.</summary>
internal sealed record OutcomeFigures(
    int Calls,
    double ShareInTime,
    double SendsPerCall,
    double SendsPerCallInWorstSecond,
    double P50,
    double P99,
    double P999,
    int? FirstRefusal,
    int? WellAt,
    int? Recovery,
    int ThreadsBlockedLater,
    double LoadWasLate)
{
    public static OutcomeFigures Of(OpenLoad load, LoadOptions options, int? well, int blockedLater)
    {
        var timeline = load.Timeline;
        return new OutcomeFigures(
            timeline.Calls,
            timeline.ShareInTime(options.Start, options.Seconds),
            timeline.SendsPerCall(options.Start, options.Seconds),
            timeline.SendsPerCallInWorstSecond(0, options.Seconds),
            Quantile(50),
            Quantile(99),
            Quantile(99.9),
            timeline.FirstRefusal,
            well,
            well is { } second ? timeline.SecondsToRecover(second) : null,
            blockedLater,
            load.MostLateSeen.TotalMilliseconds);

        double Quantile(double percentile) =>
            load.Microseconds.TotalCount == 0 ? 0 : load.Microseconds.GetValueAtPercentile(percentile) / 1000.0;
    }
}
