namespace Resilience.Http.Pipeline;

/// <summary>
/// A feature's state for a service (<see cref="ServiceState.GetOrCreate"/>) that must hear of other options before the next call.
/// </summary>
internal interface IOptionsFollower
{
    /// <summary>Other options have come into force.</summary>
    void Use(ResilientHttpClientOptions options);
}
