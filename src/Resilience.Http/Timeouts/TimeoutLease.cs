namespace Resilience.Http.Timeouts;

/// <summary>
/// The right of one attempt to a token that is cancelled at a deadline, or when the caller cancels. The token is valid until
/// <see cref="Return"/>; a second or a late return does nothing.
/// </summary>
internal readonly struct TimeoutLease
{
    private readonly TimeoutSource? _source;
    private readonly int _generation;
    private readonly CancellationToken _token;

    internal TimeoutLease(TimeoutSource source, int generation)
    {
        _source = source;
        _generation = generation;
        _token = source.Token;
    }

    private TimeoutLease(CancellationToken callerToken) => _token = callerToken;

    public CancellationToken Token => _token;

    /// <summary>Whether the deadline passed before the return. Not to be asked after it.</summary>
    public bool HasFired => _source is not null && _source.HasFired;

    /// <summary>A lease without a deadline: the caller's own token.</summary>
    public static TimeoutLease Unlimited(CancellationToken callerToken) => new(callerToken);

    public void Return() => _source?.Return(_generation);
}
