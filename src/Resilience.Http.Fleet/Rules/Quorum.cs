namespace Resilience.Http.Fleet.Rules;

/// <summary>How many replicas called a service lately, and how many of them hold its circuit open.</summary>
/// <param name="WithTraffic">Replicas with recent traffic. Those without neither count nor vote.</param>
/// <param name="Open">Replicas whose own results opened the circuit.</param>
internal readonly record struct Quorum(long WithTraffic, long Open)
{
    /// <summary>A member may leave one set a moment before the other. It counts as open as long as it is in that set.</summary>
    public bool IsReached(HttpFleetOptions options) => Open >= options.MinReplicas && Open > options.Quorum * WithTraffic;
}
