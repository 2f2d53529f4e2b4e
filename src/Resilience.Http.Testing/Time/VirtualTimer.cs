namespace Resilience.Http.Testing.Time;

/// <summary>A timer of a virtual clock. Its schedule is guarded by the clock's gate; the callback runs outside of it.</summary>
internal sealed class VirtualTimer(VirtualTimeProvider clock, TimerCallback callback, object? state, long number) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly Lock _gate = new();
    private int _firing;
    private TaskCompletionSource? _lastFired;

    /// <summary>Timers due at the same instant fire in the order in which they were made.</summary>
    public static readonly IComparer<VirtualTimer> ByDueTime =
        Comparer<VirtualTimer>.Create(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Number.CompareTo(b.Number));

    public long Number { get; } = number;

    /// <summary>The timestamp at which it fires next. Never changed while the timer stands in the clock's sorted set.</summary>
    public long Due { get; set; }

    public TimeSpan Period { get; set; }

    public bool Disposed { get; set; }

    /// <summary>Whose timer it is: <c>Type.Method</c>; for a lambda those that it stands in.</summary>
    public string CallbackName => $"{Owner()}.{Written(callback.Method.Name)}";

    public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Schedule(this, dueTime, period);

    public void Dispose() => clock.Remove(this);

    /// <summary>Completes when all callbacks of this timer have ended, as the system's timers do.</summary>
    public ValueTask DisposeAsync()
    {
        clock.Remove(this);
        lock (_gate)
        {
            return _firing == 0
                ? ValueTask.CompletedTask
                : new ValueTask((_lastFired ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        }
    }

    /// <summary>Runs the callback in the context the timer was made in.</summary>
    public void Fire()
    {
        lock (_gate)
        {
            _firing++;
        }

        try
        {
            if (_context is null)
            {
                callback(state);
            }
            else
            {
                ExecutionContext.Run(_context, static s => ((VirtualTimer)s!).Call(), this);
            }
        }
        finally
        {
            lock (_gate)
            {
                if (--_firing == 0)
                {
                    _lastFired?.TrySetResult();
                }
            }
        }
    }

    private void Call()
    {
        ScopeFlow.StayInScope();
        callback(state);
    }

    private string Owner()
    {
        var type = callback.Method.DeclaringType;
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
        {
            type = outer;
        }

        return type?.Name ?? "?";
    }

    /// <summary>The compiler names what it makes of a lambda in method M <c>&lt;M&gt;b__0</c>.</summary>
    private static string Written(string name) =>
        name.StartsWith('<') && name.IndexOf('>', StringComparison.Ordinal) is var end and > 1 ? name[1..end] : name;
}
