namespace Resilience.Http.Chaos.Registration;

/// <summary>The chaos statements of Program.cs: collected in the service collection, read when the container is built.</summary>
internal sealed class ChaosRegistrations
{
    private readonly HashSet<string> _clients = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Action<HttpChaosOptions>> _actions = [];

    /// <summary>The settings made in code, in the order of the statements.</summary>
    public IReadOnlyList<Action<HttpChaosOptions>> Actions => _actions;

    /// <summary>Whether every client has the fault handler.</summary>
    public bool All { get; set; }

    public void Add(string client) => _clients.Add(client);

    public void Configure(Action<HttpChaosOptions> configure) => _actions.Add(configure);

    public bool Has(string client) => All || _clients.Contains(client);
}
