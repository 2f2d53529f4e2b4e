namespace Resilience.Http;

/// <summary>
/// What the replicas of an app share about a service. It needs the package <c>Resilience.Http.Fleet</c> and a call to
/// <c>AddResilienceFleet</c>.
/// </summary>
public sealed class HttpFleetOptions
{
    /// <summary>Whether all replicas of the app share the circuits of this client.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Enabled { get; set; }

    /// <summary>
    /// If more than this share of the replicas with recent traffic hold a circuit open, it opens for the others too.
    /// </summary>
    /// <value>Default: 0.5. Allowed: 0 to 0.99.</value>
    public double Quorum { get; set; } = 0.5;

    /// <summary>How many replicas at least must hold a circuit open before it opens for the others.</summary>
    /// <value>Default: 2. Allowed: 1 to 10,000.</value>
    public int MinReplicas { get; set; } = 2;

    internal HttpFleetOptions Copy() => (HttpFleetOptions)MemberwiseClone();
}
