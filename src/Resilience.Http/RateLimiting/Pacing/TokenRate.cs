using Resilience.Http.Requests;

namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>How fast a bucket fills, and how much it holds.</summary>
/// <param name="Permits">How many tokens come in a period.</param>
/// <param name="Period">The length of a period, in the clock's timestamps.</param>
/// <param name="Burst">How many tokens the bucket holds.</param>
internal readonly record struct TokenRate(int Permits, long Period, int Burst)
{
    /// <summary>Tokens that take no time: there is always one.</summary>
    public static readonly TokenRate Unlimited = new(Permits: 1, Period: 0, Burst: 1);

    /// <summary>The rate that options set. An edit may have taken it out while a call still asks for its token.</summary>
    public static TokenRate From(HttpRateLimitOptions options, TimeProvider clock) => options is { Enabled: true, Permits: { } permits }
        ? new(permits, clock.After(0, options.Per), options.Burst ?? permits)
        : Unlimited;
}
