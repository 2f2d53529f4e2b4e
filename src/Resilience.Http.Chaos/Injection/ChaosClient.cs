namespace Resilience.Http.Chaos.Injection;

/// <summary>One client: its name, and what there is to do about its calls. Handlers come and go with the factory's rotation; this stays.</summary>
internal sealed class ChaosClient(string name)
{
    private volatile ActiveChaos? _active;
    private long _timeout = Timeout.InfiniteTimeSpan.Ticks;

    public string Name { get; } = name;

    /// <summary>
    /// After how long its HttpClient gives a call up; infinite where that is not known. One that is set in the constructor of a typed client
    /// cannot be seen.
    /// </summary>
    public TimeSpan HttpClientTimeout
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _timeout));
        set => Interlocked.Exchange(ref _timeout, value.Ticks);
    }

    /// <summary><see langword="null"/> where there is nothing to do, which is all that a call asks then.</summary>
    public ActiveChaos? Active
    {
        get => _active;
        set => _active = value;
    }
}
