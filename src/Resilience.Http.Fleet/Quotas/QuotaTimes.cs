using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.Fleet.Quotas;

/// <summary>The times of shared quotas, and how they hang together.</summary>
internal static class QuotaTimes
{
    /// <summary>A period has so many windows. One more of them is never fully used, so about 95 % of a quota can be.</summary>
    public const int Windows = GrantedPermits.Windows;

    /// <summary>For so many windows permits are asked for: the current one and those that follow.</summary>
    public const int Ahead = 4;

    /// <summary>Bounds the sums on shares.</summary>
    public const int MostReplicas = 10_000;

    /// <summary>A replica asks no sooner than this after its last request.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(25);

    /// <summary>And no later, if sends wait: the configuration may have changed.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>After a question that failed.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);

    /// <summary>Without an answer for so long, a replica sends its share.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Before its first answer a replica waits longer: it does not know how many others there are, and would take the whole quota for its
    /// share.
    /// </summary>
    public static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(2);

    /// <summary>A failure that comes later than this after the last one belongs to another outage: nothing was asked in between.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(2);

    /// <summary>How often a replica with traffic says that it takes part.</summary>
    public static readonly TimeSpan Presence = TimeSpan.FromSeconds(2);

    /// <summary>The length of a window in milliseconds.</summary>
    public static int WindowLength(TimeSpan per) => (int)Math.Ceiling(per.TotalMilliseconds / Windows);
}
