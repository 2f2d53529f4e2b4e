using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

/// <summary>
/// The shutdown of the app. Once it has begun, the deadline of every call is at most <see cref="Deadline"/>, no wait goes past it, and no
/// send begins beside another.
/// </summary>
internal sealed class Shutdown
{
    /// <summary>Left to the host after the last call, to answer and to stop.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>Of a shorter timeout, a tenth is left.</summary>
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock;
    private readonly Action _stop;
    private long _deadline = long.MaxValue;
    private volatile bool _isExpected;
    private int _callsCut;

    public Shutdown(TimeProvider clock)
    {
        var stopping = new CancellationTokenSource(); // Holds nothing that has to be disposed of, and lives as long as the app.
        (_clock, Stopping, _stop) = (clock, stopping.Token, stopping.Cancel);
    }

    /// <summary>Cancelled when the app begins to stop.</summary>
    public CancellationToken Stopping { get; }

    public bool HasBegun => Stopping.IsCancellationRequested;

    /// <summary>Whether a host will announce it. Without one there is nothing to prepare for.</summary>
    public bool IsExpected => _isExpected;

    /// <summary>The timestamp by which every call must have its headers; <see cref="long.MaxValue"/> while the app runs.</summary>
    public long Deadline => Volatile.Read(ref _deadline);

    /// <summary>The time from the beginning of the shutdown to <see cref="Deadline"/>.</summary>
    public TimeSpan Grace { get; private set; }

    /// <summary>How many calls were cut.</summary>
    public int CallsCut => Volatile.Read(ref _callsCut);

    public void Expect() => _isExpected = true;

    /// <summary>The app begins to stop. Only the first call counts.</summary>
    /// <param name="timeout">How long the host waits for what is in flight; infinite if it waits forever.</param>
    public void Begin(TimeSpan timeout)
    {
        if (HasBegun)
        {
            return;
        }

        if (timeout != Timeout.InfiniteTimeSpan)
        {
            Grace = GraceWithin(timeout);
            Interlocked.Exchange(ref _deadline, _clock.After(_clock.GetTimestamp(), Grace));
        }

        _stop(); // Last: who is woken finds the deadline.
    }

    public void CountCut() => Interlocked.Increment(ref _callsCut);

    private static TimeSpan GraceWithin(TimeSpan timeout)
    {
        var grace = timeout - (timeout < ShortTimeout ? timeout / 10 : Margin);
        return grace > TimeSpan.Zero ? grace : TimeSpan.Zero;
    }
}
