using Resilience.Http.Pipeline;

namespace Resilience.Http.Chain;

/// <summary>The services of one container by name, each made when it is first asked for. All clients of one name share one.</summary>
internal sealed class ServiceStateStore(ResilienceRuntime host, IServiceSettings settings)
{
    private int _count;

    /// <summary>How many there are. One that is just being added may be missing.</summary>
    public int Count => Volatile.Read(ref _count);

    public IEnumerable<ServiceState> All => host.Services;

    public ServiceState? Find(string name) => host.FindService(name);

    /// <summary>
    /// Options are made outside of any lock, since user code takes part; if two threads make a service, the later one is dropped unused.
    /// </summary>
    public ServiceState Get(string name) => Find(name) ?? Add(name, settings.OptionsOf(name));

    /// <param name="name">The name of the service.</param>
    /// <param name="options">Its options, if it is new.</param>
    public ServiceState GetOrAdd(string name, ResilientHttpClientOptions options) => Find(name) ?? Add(name, options);

    private ServiceState Add(string name, ResilientHttpClientOptions options)
    {
        var made = new ServiceState(name, host, options);
        var service = host.AddService(made);
        if (ReferenceEquals(service, made))
        {
            Interlocked.Increment(ref _count);
        }

        // An edit that came in between went to all services there were, and this one was not among them yet.
        if (service.Options.Edition < settings.Edition)
        {
            service.Use(settings.OptionsOf(name));
        }

        return service;
    }
}
