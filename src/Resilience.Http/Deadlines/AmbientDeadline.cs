using Resilience.Http.Requests;

namespace Resilience.Http.Deadlines;

/// <summary>
/// A deadline that flows with the execution context. What flows is this holder, which is ended once and for all: work that flowed out of
/// the scope, and outlives it, still has the holder and finds it ended.
/// </summary>
internal sealed class AmbientDeadline : IDisposable
{
    private static readonly AsyncLocal<AmbientDeadline?> Local = new();

    /// <summary>Whether the process ever began one. Until then none is looked for, which costs a read of this field.</summary>
    private static volatile bool _everBegun;

    private readonly TimeProvider _clock;
    private readonly long _expiresAt;
    private readonly AmbientDeadline? _outer;
    private volatile bool _hasEnded;

    private AmbientDeadline(TimeProvider clock, long expiresAt, AmbientDeadline? outer) =>
        (_clock, _expiresAt, _outer) = (clock, expiresAt, outer);

    /// <summary>The deadline in force: the innermost that has not ended, which never is later than those around it.</summary>
    public static AmbientDeadline? Current => _everBegun ? FirstRunning(Local.Value) : null;

    public static AmbientDeadline Begin(TimeSpan remaining, TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        var expiresAt = clock.After(now, TimeLimit.Longest < remaining ? TimeLimit.Longest : remaining);
        var outer = Current;
        if (outer is not null && outer.ExpiresAt(clock, now) <= expiresAt)
        {
            (clock, expiresAt) = (outer._clock, outer._expiresAt);
        }

        var begun = new AmbientDeadline(clock, expiresAt, outer);
        _everBegun = true;
        Local.Value = begun;
        return begun;
    }

    /// <summary>Puts another one, or none, into the current flow. Nothing is ended.</summary>
    /// <returns>The one that was in the flow.</returns>
    public static AmbientDeadline? Exchange(AmbientDeadline? other)
    {
        if (!_everBegun)
        {
            return null;
        }

        var current = Local.Value;
        if (current != other)
        {
            Local.Value = other;
        }

        return current;
    }

    /// <summary>The timestamp of a clock at which it passes. Exact if it began with the same clock.</summary>
    /// <param name="clock">The clock of the timestamps.</param>
    /// <param name="now">What that clock shows now.</param>
    public long ExpiresAt(TimeProvider clock, long now) => ReferenceEquals(clock, _clock)
        ? _expiresAt
        : clock.After(now, _clock.Until(_clock.GetTimestamp(), _expiresAt) ?? TimeLimit.Longest);

    /// <summary>Ends it for all that flowed out of its scope. It may be called from any flow.</summary>
    public void End() => _hasEnded = true;

    /// <summary>Ends it, and puts the one around it in force again if this is the flow that began it.</summary>
    public void Dispose()
    {
        End();
        if (ReferenceEquals(Local.Value, this))
        {
            Local.Value = _outer;
        }
    }

    private static AmbientDeadline? FirstRunning(AmbientDeadline? deadline)
    {
        while (deadline is { _hasEnded: true })
        {
            deadline = deadline._outer;
        }

        return deadline;
    }
}
