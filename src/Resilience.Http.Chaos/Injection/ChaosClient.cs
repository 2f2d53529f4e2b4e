namespace Resilience.Http.Chaos.Injection;

/// <summary>
/// One client: its name, and what there is to do about its calls. Handlers come and go with the factory's rotation; this stays.
/// </summary>
internal sealed class ChaosClient(string name)
{
    private volatile ActiveChaos? _active;

    public string Name { get; } = name;

    /// <summary><see langword="null"/> if there is nothing to do; then this is all that a call reads.</summary>
    public ActiveChaos? Active
    {
        get => _active;
        set => _active = value;
    }
}
