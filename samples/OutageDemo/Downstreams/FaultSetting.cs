namespace OutageDemo.Downstreams;

/// <summary>A fault with its figures; each fault reads only its own.</summary>
internal sealed record FaultSetting(Fault Fault)
{
    public static readonly FaultSetting Ok = new(Fault.Ok);

    /// <summary>The share of requests that a flaky service fails.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>How late a slow service answers.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a throttling service asks its callers to wait.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    public override string ToString() => Fault switch
    {
        Fault.Down => "down: 503 to every request",
        Fault.Stopped => "stopped: the listening socket is closed",
        Fault.Flaky => FormattableString.Invariant($"flaky: 503 to {Share:P0} of the requests"),
        Fault.Slow => FormattableString.Invariant($"slow: answers after {Delay.TotalSeconds:0.###} s"),
        Fault.Hang => "hang: takes requests and never writes a byte",
        Fault.Reset => "reset: takes requests and resets the connection",
        Fault.Throttled => FormattableString.Invariant($"throttled: 429 with Retry-After {RetryAfter.TotalSeconds:0}"),
        Fault.Stall => "stall: headers and five bytes of the body, then nothing",
        _ => "ok",
    };
}
