namespace Resilience.Http.Tests.Fleet;

/// <summary>A clock whose time of day is wrong; timestamps and timers are those of another clock.</summary>
internal sealed class ShiftedClock(TimeProvider clock, TimeSpan shift) : TimeProvider
{
    public override long TimestampFrequency => clock.TimestampFrequency;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + shift;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
