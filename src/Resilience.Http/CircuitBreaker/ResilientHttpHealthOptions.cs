namespace Resilience.Http;

/// <summary>Settings of the health check for all resilient clients.</summary>
public sealed class ResilientHttpHealthOptions
{
    private readonly HashSet<string> _critical = new(StringComparer.Ordinal);

    internal IReadOnlySet<string> CriticalServices => _critical;

    /// <summary>
    /// Marks services as critical, because the app cannot serve anything without them. If one of their circuits is open or isolated, the
    /// check is Unhealthy instead of Degraded, unless <see cref="HttpCircuitBreakerMode.Observe"/> lets their calls through.
    /// </summary>
    /// <param name="serviceNames">
    /// The names of registered resilient clients. If a name is not registered, the app does not start, unless
    /// <c>ConfigureHttpClientDefaults</c> adds the chain to every client.
    /// </param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public ResilientHttpHealthOptions Critical(params IEnumerable<string> serviceNames)
    {
        ArgumentNullException.ThrowIfNull(serviceNames);
        foreach (var name in serviceNames)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(serviceNames));
            _critical.Add(name);
        }

        return this;
    }
}
