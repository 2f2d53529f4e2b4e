namespace Resilience.Http.DashboardTests.Fixtures;

/// <summary>The time of day of the server; its timestamps go on.</summary>
internal sealed class AdjustableClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public DateTimeOffset? Fixed { get; init; }

    public override DateTimeOffset GetUtcNow() => Fixed ?? System.GetUtcNow() + Shift;
}
