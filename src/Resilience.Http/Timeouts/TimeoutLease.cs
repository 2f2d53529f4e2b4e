namespace Resilience.Http.Timeouts;

/// <summary>
/// The right of one who waits to a token that is canceled at a deadline, or when the caller cancels. The token is valid until
/// <see cref="Return"/>; a second or a late return does nothing.
/// </summary>
internal readonly struct TimeoutLease(TimeoutSource source, int generation)
{
    private readonly TimeoutSource? _source = source;
    private readonly int _generation = generation;

    public CancellationToken Token => _source?.Token ?? CancellationToken.None;

    /// <summary>Whether the deadline passed before the return. Not to be asked after it.</summary>
    public bool HasFired => _source is not null && _source.HasFired;

    /// <summary>
    /// What this process was behind with when the deadline fired, if it was. Not to be asked before it has fired, or after the return.
    /// </summary>
    public ProcessDelay? Delay => _source?.Delay;

    public void Return() => _source?.Return(_generation);
}
