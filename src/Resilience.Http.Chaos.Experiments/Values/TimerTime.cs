using System.Runtime.CompilerServices;

namespace Resilience.Http.Chaos.Experiments.Values;

/// <summary>
/// What the timers of a clock take: about 49 days, and an exception beyond, which in the middle of an experiment would leave a system
/// broken.
/// </summary>
internal static class TimerTime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>A limit as a timer takes it.</summary>
    public static TimeSpan Limit(TimeSpan limit) => limit < Longest ? limit : Longest;

    /// <summary>Refuses a wait that no timer takes.</summary>
    public static TimeSpan Wait(TimeSpan value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest, name);
        return value;
    }
}
