namespace Resilience.Http.CircuitBreaker.States;

/// <summary>How long a break lasts.</summary>
internal static class BreakDuration
{
    /// <summary>Replicas that saw the same outage come back spread over a tenth of the break.</summary>
    public const double Spread = 0.1;

    /// <summary>
    /// The longest <c>Retry-After</c> that is followed beyond <see cref="HttpCircuitBreakerOptions.MaxRecoveryTimeout"/>.
    /// </summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    /// <summary>The length of the next break: never less than asked, up to a tenth more, also at the cap.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="breaksBefore">How many breaks without any success came before: the second is as long as the first, then each
    /// doubles.</param>
    /// <param name="retryAfter">What the service asked for; it takes the place of the doubled length.</param>
    /// <param name="chance">A number from 0 (included) to 1 (excluded).</param>
    public static TimeSpan Compute(HttpCircuitBreakerOptions options, int breaksBefore, TimeSpan? retryAfter, double chance)
    {
        var least = options.RecoveryTimeout;
        var most = options.MaxRecoveryTimeout > least ? options.MaxRecoveryTimeout : least;
        var length = retryAfter is { } asked
            ? Math.Clamp(asked.Ticks, least.Ticks, Math.Max(most.Ticks, LongestAsked.Ticks))
            : Doubled(least.Ticks, most.Ticks, times: Math.Max(0, breaksBefore - 1));
        return TimeSpan.FromTicks(length + (long)(length * Spread * chance));
    }

    /// <summary>Shifts the cap down instead of the length up: so nothing overflows, however long the outage.</summary>
    private static long Doubled(long length, long most, int times) =>
        times >= 63 || length > most >> times ? most : length << times;
}
