using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A virtual clock on which time can pass without any timer being served, as for a process that is suspended.</summary>
internal sealed class SuspendedClock(VirtualTimeProvider clock) : TimeProvider
{
    private TimeSpan _suspended;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public void Suspend(TimeSpan time) => _suspended += time;

    public override long GetTimestamp() => clock.GetTimestamp() + (long)(_suspended.TotalSeconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + _suspended;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
