namespace Resilience.Http.Requests;

/// <summary>A time limit of a call, where <see cref="Timeout.InfiniteTimeSpan"/> (which is negative) means none.</summary>
internal static class TimeLimit
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static bool IsAllowed(TimeSpan limit) => limit == Timeout.InfiniteTimeSpan || (limit >= Shortest && limit <= Longest);

    public static TimeSpan Shorter(TimeSpan one, TimeSpan other)
    {
        if (one == Timeout.InfiniteTimeSpan)
        {
            return other;
        }

        return other == Timeout.InfiniteTimeSpan || one < other ? one : other;
    }
}
