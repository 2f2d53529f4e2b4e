namespace Resilience.Http.Pipeline;

/// <summary>
/// One service: its name, the options in force, and the state of each feature. Handlers come and go with the factory's rotation; this
/// stays.
/// </summary>
internal sealed class ServiceState(string name, ResilienceRuntime host, ResilientHttpClientOptions options)
{
    private readonly InstanceCache _states = new();
    private volatile ResilientHttpClientOptions _options = options;

    public string Name { get; } = name;

    public ResilienceRuntime Host { get; } = host;

    /// <summary>The last good options. A call reads them once, at its start; they are replaced whole and never changed in place.</summary>
    public ResilientHttpClientOptions Options => _options;

    /// <summary>
    /// Puts options in force for all calls that begin after it, unless newer ones are: edits may overtake each other on their way here.
    /// </summary>
    public void Use(ResilientHttpClientOptions options)
    {
        var current = _options;
        while (options.Edition >= current.Edition)
        {
            var seen = Interlocked.CompareExchange(ref _options, options, current);
            if (ReferenceEquals(seen, current))
            {
                return;
            }

            current = seen;
        }
    }

    /// <summary>
    /// A feature's state for this service, made by whoever asks first; where two threads do at once, the later one is dropped unused.
    /// </summary>
    public T GetOrCreate<T>(Func<ServiceState, T> create) where T : class => _states.Get(this, create);
}
