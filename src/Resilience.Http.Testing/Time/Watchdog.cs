using System.Diagnostics;

namespace Resilience.Http.Testing.Time;

/// <summary>
/// The last resort against a call that blocks without the clock noticing: fires when nothing has started in the scope for a
/// whole real-time limit (so after one to two of them).
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(VirtualTimeProvider.LongestDelay);

    private readonly CallScope _scope;
    private readonly Action _bark;
    private readonly ITimer? _timer;
    private long _lastSeen = -1;

    public Watchdog(CallScope scope, TimeSpan limit, Action bark)
    {
        _scope = scope;
        _bark = bark;
        if (limit != Timeout.InfiniteTimeSpan && !Debugger.IsAttached)
        {
            var interval = limit < Longest ? limit : Longest;
            using var noFlow = ExecutionContext.SuppressFlow();
            _timer = TimeProvider.System.CreateTimer(static watchdog => ((Watchdog)watchdog!).Look(), this, interval, interval);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        var activity = _scope.Activity;
        if (activity == Interlocked.Exchange(ref _lastSeen, activity))
        {
            _bark();
        }
    }
}
