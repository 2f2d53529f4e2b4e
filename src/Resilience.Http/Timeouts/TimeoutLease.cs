namespace Resilience.Http.Timeouts;

/// <summary>
/// The right of one attempt to a token that is cancelled at a deadline, or when the caller cancels. The token is valid until
/// <see cref="Return"/>; a second or a late return does nothing.
/// </summary>
internal readonly struct TimeoutLease(TimeoutSource source, int generation)
{
    /// <summary>Of an attempt without a deadline.</summary>
    public static readonly TimeoutLease None;

    private readonly TimeoutSource? _source = source;
    private readonly int _generation = generation;

    public CancellationToken Token => TokenOr(CancellationToken.None);

    /// <summary>Whether the deadline passed before the return. Not to be asked after it.</summary>
    public bool HasFired => _source is not null && _source.HasFired;

    /// <summary>The token; without a deadline the caller's own will do.</summary>
    public CancellationToken TokenOr(CancellationToken callerToken) => _source?.Token ?? callerToken;

    public void Return() => _source?.Return(_generation);
}
