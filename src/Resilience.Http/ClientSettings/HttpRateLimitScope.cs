namespace Resilience.Http;

/// <summary>Which requests share one rate.</summary>
public enum HttpRateLimitScope
{
    /// <summary>All requests of the client.</summary>
    Service,

    /// <summary>The requests to one authority: scheme, host and port.</summary>
    Authority,

    /// <summary>
    /// All requests of the client in all replicas of the app. It needs the package <c>Resilience.Http.Fleet</c> and a call to
    /// <c>AddResilienceFleet</c>.
    /// </summary>
    Fleet,
}
