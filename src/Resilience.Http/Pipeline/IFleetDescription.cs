namespace Resilience.Http.Pipeline;

/// <summary>Knows what the replicas of the app share. The package of the fleet registers one in the container.</summary>
internal interface IFleetDescription
{
    /// <summary>How the replicas hold the circuits of a service, in words; <see langword="null"/> if they do not share them.</summary>
    string? Describe(string serviceName);
}
