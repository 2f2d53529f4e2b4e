namespace Resilience.Http.Chaos.Faults;

/// <summary>What is to happen to one request.</summary>
/// <param name="Latency">How long it waits before it is sent.</param>
/// <param name="Abort">How it fails in place of being sent.</param>
/// <param name="BytesPerSecond">The pace of the body of its answer.</param>
internal readonly record struct FaultDecision(TimeSpan? Latency, AbortFault? Abort, int? BytesPerSecond)
{
    public bool IsNone => this == default;
}
