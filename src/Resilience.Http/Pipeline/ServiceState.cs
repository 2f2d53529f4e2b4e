namespace Resilience.Http.Pipeline;

/// <summary>
/// One service: its name, the options in force, and the state of each feature. Handlers come and go with the factory's rotation; this
/// stays.
/// </summary>
internal sealed class ServiceState(string name, ResilienceRuntime host, ResilientHttpClientOptions options)
{
    private readonly InstanceCache _states = new();
    private volatile ResilientHttpClientOptions _options = options;
    private volatile ServiceTraffic? _traffic = host.CountsTraffic ? new(host.Clock) : null;
    private long _longestTotal = Timeout.InfiniteTimeSpan.Ticks;

    public string Name { get; } = name;

    public ResilienceRuntime Host { get; } = host;

    /// <summary>The last good options. A call reads them once, at its start; they are replaced whole and never changed in place.</summary>
    public ResilientHttpClientOptions Options => _options;

    /// <summary>Counts the calls; <see langword="null"/> unless a monitor looks at them.</summary>
    public ServiceTraffic? Traffic => _traffic;

    /// <summary>Counts calls from now on, if they are not counted yet.</summary>
    public ServiceTraffic CountTraffic() => _traffic ?? Interlocked.CompareExchange(ref _traffic, new(Host.Clock), null) ?? _traffic!;

    /// <summary>
    /// Whether the request of a call may be sent again if its next send fails; <see langword="null"/> as long as nothing repeats.
    /// </summary>
    public Func<CallContext, bool>? MayRepeat { get; set; }

    /// <summary>The budget that the extra sends of the service share. Without one, they are not limited by it.</summary>
    public IExtraSendBudget? ExtraSendBudget { get; set; }

    /// <summary>
    /// What no total timeout may exceed, since <see cref="HttpClient.Timeout"/> would end the call before it. It is that of the client
    /// created last. All clients of a service are configured alike, except those from before an edit. A call does not show which client it
    /// comes from, and the shortest of all bounds would hold new clients to what an old one can do.
    /// </summary>
    public TimeSpan LongestTotal
    {
        get => new(Volatile.Read(ref _longestTotal));
        set => Volatile.Write(ref _longestTotal, value.Ticks);
    }

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
                foreach (var follower in All<IOptionsFollower>())
                {
                    follower.Use(options);
                }

                return;
            }

            current = seen;
        }
    }

    /// <summary>
    /// A feature's state for this service, made when it is first asked for; if two threads do at once, the later one is dropped unused.
    /// </summary>
    /// <param name="create">Makes it.</param>
    /// <param name="begin">What is to be done once with the one that stays.</param>
    public T GetOrCreate<T>(Func<ServiceState, T> create, Action<T>? begin = null) where T : class => _states.Get(this, create, begin);

    /// <summary>The states of the service's features that are of a kind, as far as they were needed.</summary>
    public IEnumerable<T> All<T>() where T : class => _states.All<T>();

    /// <summary>A feature's state for this service; <see langword="null"/> if it was not needed so far.</summary>
    public T? Find<T>() where T : class => _states.Find<T>();
}
