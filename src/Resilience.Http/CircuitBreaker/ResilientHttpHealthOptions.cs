namespace Resilience.Http;

/// <summary>Settings of the health check over all resilient clients.</summary>
public sealed class ResilientHttpHealthOptions
{
    private readonly HashSet<string> _critical = new(StringComparer.Ordinal);

    internal IReadOnlySet<string> CriticalServices => _critical;

    /// <summary>
    /// Names services without which this app is of no use: an open or isolated circuit of theirs makes it Unhealthy, not Degraded, unless
    /// <see cref="HttpCircuitBreakerMode.Observe"/> lets their calls through.
    /// </summary>
    /// <param name="serviceNames">
    /// Names of registered resilient clients; one that is not registered stops the host, unless <c>ConfigureHttpClientDefaults</c> gives
    /// every client resilience, where any name may be one.
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
