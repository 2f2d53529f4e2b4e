namespace Resilience.Http.Fleet.Rules;

/// <summary>
/// A break that all replicas have together, as it is kept in the store. It never changes; each step makes the next one, and only one
/// replica's step is written. All times are the store's.
/// </summary>
internal sealed record BreakRecord
{
    public required string Id { get; init; }

    /// <summary>The trials succeeded. The record stays for a while, so that every replica hears of it.</summary>
    public bool IsClosed { get; init; }

    public required string Reason { get; init; }

    /// <summary>The replica that counted the quorum, or reported the last trial.</summary>
    public required string By { get; init; }

    public required long BeganAt { get; init; }

    public required long EndsAt { get; init; }

    /// <summary>How many trials decide: the <c>HalfOpenMaxCalls</c> of the replica that began the break.</summary>
    public required int Quota { get; init; }

    /// <summary>How many breaks there were without any success between them.</summary>
    public int Breaks { get; init; } = 1;

    /// <summary>Trials that ended, also those without a verdict and those whose holder was lost.</summary>
    public int Sends { get; init; }

    public int Successes { get; init; }

    public int Failures { get; init; }

    /// <summary>A trial was answered by a server that asked for fewer calls: it is up.</summary>
    public bool Throttled { get; init; }

    /// <summary>When a replica that has had no trial yet last found no place.</summary>
    public long AskedAt { get; init; }

    public long LastToken { get; init; }

    public IReadOnlyList<TrialHold> Holds { get; init; } = [];

    /// <summary>The replicas that had a trial in this break.</summary>
    public IReadOnlyList<string> Tried { get; init; } = [];
}
