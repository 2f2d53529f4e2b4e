namespace Resilience.Http;

/// <summary>
/// Settings of fault injection in this process: the gates, all of which must be open before a fault is injected, and the faults of each
/// client. They are read from <c>ResilientHttpChaos</c>.
/// </summary>
public sealed class HttpChaosOptions
{
    /// <summary>Turns fault injection on.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Enabled { get; set; }

    /// <summary>The host environments in which faults may be injected. Only <see cref="AllowInProduction"/> allows Production.</summary>
    /// <value>Default: <c>Development</c> and <c>Staging</c>. If configuration has any names, they replace these.</value>
    public IList<string> AllowedEnvironments { get; set; } = ["Development", "Staging"];

    /// <summary>When fault injection ends. It must be set outside Development.</summary>
    /// <value>Default: <see langword="null"/>, no end. In configuration, write it with its offset: <c>2026-07-01T17:00:00Z</c>.</value>
    public DateTimeOffset? Until { get; set; }

    /// <summary>The hours of the week in which faults are injected.</summary>
    /// <value>Default: <see langword="null"/>, always.</value>
    public HttpChaosScheduleOptions? Schedule { get; set; }

    /// <summary>Whether faults are only counted and logged, but not injected.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool DryRun { get; set; }

    /// <summary>How many requests of this process may have an injected fault at the same time. Further faults are not injected.</summary>
    /// <value>Default: <see langword="null"/>, no limit. Allowed: 1 to 1,000,000.</value>
    public int? MaxActiveFaults { get; set; }

    /// <summary>The faults of each client, by its name. The names are case-insensitive, like all configuration keys.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, HttpChaosClientOptions> Clients { get; set; } = new Dictionary<string, HttpChaosClientOptions>(
        StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The source of random numbers: evenly distributed from 0 (included) to 1 (excluded), callable from any thread. Set a seeded one to
    /// repeat the same faults. It can be set only in code.
    /// </summary>
    /// <value>Default: <see langword="null"/>, the random numbers of the system.</value>
    public Func<double>? Chance { get; set; }

    /// <summary>Whether <see cref="AllowInProduction"/> was called.</summary>
    public bool ProductionAllowed { get; private set; }

    /// <summary>
    /// The faults of every client that has none of the same kind in <see cref="Clients"/>; set by the plain variables
    /// <c>CHAOS_FAILURE_RATE</c> and <c>CHAOS_LATENCY_MS</c>.
    /// </summary>
    internal HttpChaosClientOptions? Everyone { get; set; }

    /// <summary>
    /// Allows fault injection in Production too, if all other gates are open. This can only be set in code, so that it passes a review and
    /// no environment variable can set it by mistake.
    /// </summary>
    public void AllowInProduction() => ProductionAllowed = true;

    /// <summary>The faults of a client, created if there are none; <see langword="null"/> is the name of the factory's defaults.</summary>
    internal HttpChaosClientOptions For(string? client)
    {
        if (client is null)
        {
            return Everyone ??= new();
        }

        if (!Clients.TryGetValue(client, out var faults))
        {
            Clients.Add(client, faults = new());
        }

        return faults;
    }
}
