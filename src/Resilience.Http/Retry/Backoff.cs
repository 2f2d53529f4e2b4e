namespace Resilience.Http.Retry;

/// <summary>
/// How long to wait before a retry. The names and formulas of jitter are those of
/// <see href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"/>.
/// </summary>
internal static class Backoff
{
    /// <param name="options">Base, cap, growth and jitter.</param>
    /// <param name="retry">Which retry it is, from 0.</param>
    /// <param name="previous">The wait before the previous retry; <see langword="null"/> if there was none.</param>
    /// <param name="chance">Drawn evenly from 0 to 1.</param>
    public static TimeSpan Delay(HttpRetryOptions options, int retry, TimeSpan? previous, double chance)
    {
        var full = Math.Min(options.MaxDelay.Ticks, Grown(options, retry));
        return TimeSpan.FromTicks((long)(options.Jitter switch
        {
            HttpRetryJitter.Full => chance * full,
            HttpRetryJitter.Equal => (full / 2) + (chance * full / 2),
            HttpRetryJitter.Decorrelated => Decorrelated(options, previous ?? options.BaseDelay, chance),
            _ => full,
        }));
    }

    /// <summary>
    /// A double, not a long: 2^2000 times anything is infinite, which the cap then cuts, whereas a long would have wrapped.
    /// </summary>
    private static double Grown(HttpRetryOptions options, int retry) => options.Backoff switch
    {
        _ when options.BaseDelay == TimeSpan.Zero => 0, // zero times infinity is not a number
        HttpRetryBackoff.Exponential => Math.ScaleB(options.BaseDelay.Ticks, retry),
        HttpRetryBackoff.Linear => options.BaseDelay.Ticks * (retry + 1.0),
        _ => options.BaseDelay.Ticks,
    };

    private static double Decorrelated(HttpRetryOptions options, TimeSpan previous, double chance)
    {
        double from = options.BaseDelay.Ticks;
        return Math.Min(options.MaxDelay.Ticks, from + (chance * Math.Max(0, (3.0 * previous.Ticks) - from)));
    }
}
