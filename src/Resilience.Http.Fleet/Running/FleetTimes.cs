namespace Resilience.Http.Fleet.Running;

/// <summary>The times of the fleet, and how they hang together.</summary>
internal static class FleetTimes
{
    /// <summary>How often a replica exchanges news while all is well: a break or an order reaches all within a second.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(400);

    /// <summary>And while a circuit that it shares is not closed everywhere.</summary>
    public static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(200);

    /// <summary>How often it looks for a store that is gone; up to as long again at random, so that not all come back at once.</summary>
    public static readonly TimeSpan Away = TimeSpan.FromSeconds(1);

    /// <summary>How long it waits for an answer.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(250);

    /// <summary>How long it waits for a lease.</summary>
    public static readonly TimeSpan LeaseAnswer = TimeSpan.FromMilliseconds(50);

    /// <summary>How long what the fleet said holds without news. Longer than a few exchanges that fail, shorter than any break.</summary>
    public static readonly TimeSpan Trust = TimeSpan.FromSeconds(3);

    /// <summary>Calls of the last so many seconds are recent traffic: a vote and a replica count for that long.</summary>
    public static readonly TimeSpan Traffic = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a replica that sees a quorum, and whose own calls did not fail since, waits for more of them before it believes the others.
    /// </summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(250);

    /// <summary>A lease that no call used is given back after this time if other replicas look for one.</summary>
    public static readonly TimeSpan UnusedLease = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// If no trial is made for so long after a break, the fleet forgets it, and each replica has its own trials: so a service that is
    /// rarely called is not kept from its trials by leases that no call comes to use.
    /// </summary>
    public static readonly TimeSpan Trials = TimeSpan.FromSeconds(10);

    /// <summary>How long a closed break is remembered, for replicas that missed a few exchanges.</summary>
    public static readonly TimeSpan Closed = TimeSpan.FromSeconds(60);

    /// <summary>Servers of one store may differ by so much.</summary>
    public static readonly TimeSpan ClockError = TimeSpan.FromSeconds(5);

    /// <summary>A command that the store carries out later than this is out of date.</summary>
    public static readonly TimeSpan Command = TimeSpan.FromSeconds(1);
}
