namespace Resilience.Http.Content;

/// <summary>
/// What one attempt knows of its request body: when the connection last took some of it, who is waited for, and whose fault it was. The
/// code that writes the body may outlive the attempt, so each attempt has its own.
/// </summary>
internal sealed class BodyWatch(TimeProvider clock, long startedAt)
{
    private long _takenAt = startedAt;
    private long _taken;
    private volatile BodyPhase _phase;
    private volatile IBodyLimit? _limit;

    /// <summary>Timestamp at which the connection last took some of the body; the attempt's start before that.</summary>
    public long TakenAt => Volatile.Read(ref _takenAt);

    /// <summary>How many bytes the connection has taken.</summary>
    public long Taken => Volatile.Read(ref _taken);

    public BodyPhase Phase => _phase;

    /// <summary>Whether the body is on its way: begun, and neither complete nor failed by itself.</summary>
    public bool IsBeingWritten => _phase is BodyPhase.AwaitsSource or BodyPhase.AwaitsConnection;

    /// <summary>The attempt was not sent before now.</summary>
    public void WaitedUntil(long now) => Volatile.Write(ref _takenAt, now);

    /// <summary>The attempt has a time limit that starts again with each write.</summary>
    public void Begin(IBodyLimit limit) => _limit = limit;

    /// <summary>
    /// Once the limit has cut the attempt, what the body does changes nothing any more: the verdict is about the moment of the cut.
    /// </summary>
    public void Enter(BodyPhase phase)
    {
        if (_limit is not { IsOver: true })
        {
            _phase = phase;
        }
    }

    /// <summary>The connection has taken some bytes.</summary>
    public void Take(int count)
    {
        var now = clock.GetTimestamp();
        if (_limit is not { } limit || limit.TryRestart(now))
        {
            Volatile.Write(ref _taken, _taken + count);
            Volatile.Write(ref _takenAt, now);
            _phase = BodyPhase.AwaitsSource;
        }
    }
}
