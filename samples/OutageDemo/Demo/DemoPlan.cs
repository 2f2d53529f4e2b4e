using OutageDemo.Downstreams;

namespace OutageDemo.Demo;

/// <summary>The script of the demo: what happens to payments, and when.</summary>
internal static class DemoPlan
{
    public const string Service = "payments";

    public const int OrdersPerSecond = 20;

    public static readonly TimeSpan Length = TimeSpan.FromSeconds(25);

    /// <summary>How long the charges that are still queued at the end may take.</summary>
    public static readonly TimeSpan LongestWaitForQueue = TimeSpan.FromSeconds(10);

    public static readonly IReadOnlyList<(TimeSpan At, FaultSetting Fault, string Headline)> Scenes =
    [
        (TimeSpan.FromSeconds(0), FaultSetting.Ok, "payments is healthy"),
        (TimeSpan.FromSeconds(4), new FaultSetting(Fault.Flaky) { Share = 0.2 }, "payments is flaky: 503 to one request in five"),
        (TimeSpan.FromSeconds(7), new FaultSetting(Fault.Down), "payments goes down: 503 to every request"),
        (TimeSpan.FromSeconds(12), FaultSetting.Ok, "payments is healthy again"),
        (TimeSpan.FromSeconds(18), new FaultSetting(Fault.Slow) { Delay = TimeSpan.FromSeconds(2) }, "payments is slow: answers take 2 s"),
        (TimeSpan.FromSeconds(21), FaultSetting.Ok, "payments is as fast as before"),
    ];
}
