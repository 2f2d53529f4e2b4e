using System.Diagnostics.CodeAnalysis;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>
/// The circuits of one service. Whatever makes, drops or steers them runs under one lock; their transitions are published after it.
/// </summary>
internal sealed class ServiceCircuits(ServiceState service, CircuitRuntime runtime, int most = ServiceCircuits.MostCircuits)
    : IInFlightSource
{
    /// <summary>Bounds memory and telemetry where somebody else chooses the hosts that a client calls.</summary>
    public const int MostCircuits = 1000;

    private readonly CircuitTable _table = new(most);
    private readonly Lock _gate = new();
    private AuthorityTags _tags;
    private Isolation? _isolation;

    public string ServiceName => service.Name;

    public bool Enabled => service.Options is { Enabled: true, CircuitBreaker.Enabled: true };

    /// <summary>Whether one circuit serves all authorities.</summary>
    public bool IsServiceScoped => Options.Scope == HttpCircuitBreakerScope.Service;

    /// <summary>Whether its refusals keep calls back; otherwise they are only reported.</summary>
    public bool Enforces => Options.Mode == HttpCircuitBreakerMode.Enforce;

    private HttpCircuitBreakerOptions Options => service.Options.CircuitBreaker;

    /// <summary>Whether all circuits are held open, including those that are made later.</summary>
    [MemberNotNullWhen(true, nameof(_isolation))]
    private bool IsIsolated_NeedsLock => _isolation is { } isolation && isolation.IsInForce(runtime.Clock.GetTimestamp());

    /// <summary>The circuits of a service, made and listed in the registry when they are first asked for.</summary>
    public static ServiceCircuits GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static service => CircuitRegistry.GetOrCreate(service.Host).Create(service), static made => made.AddToHost());

    /// <summary>Puts a service into the registry before its first call, and its circuits too as far as the addresses are known.</summary>
    public static void Register(ServiceState service)
    {
        var circuits = GetOrCreate(service);
        foreach (var address in service.Options.GetKnownAddresses())
        {
            circuits.EnsureCreated(address);
        }
    }

    /// <summary>Lists the circuit of an address before its first call.</summary>
    public void EnsureCreated(Uri address) => GetOrAdd(address, Options.Scope);

    /// <summary>Takes a permit from the circuit of a URI, or says why not.</summary>
    public bool TryAcquire(
        Uri uri,
        HttpCircuitBreakerScope scope,
        long now,
        TimeSpan attemptLimit,
        out CircuitPermit permit,
        [NotNullWhen(false)] out CircuitRefusal? refusal)
    {
        while (true)
        {
            if (GetOrAdd(uri, scope).TryAcquire(now, attemptLimit, out permit, out refusal) == AcquireResult.Granted)
            {
                return true;
            }

            if (refusal is not null)
            {
                return false;
            }

            lock (_gate)
            {
                // The thread that has just retired the circuit takes it out of the table under this lock.
            }
        }
    }

    /// <summary>The circuits in use now. Those of the other scope stay in the table, for the day the setting is turned back.</summary>
    public IReadOnlyList<Circuit> Current()
    {
        if (!Enabled)
        {
            return [];
        }

        var whole = IsServiceScoped;
        return [.. _table.All.Where(circuit => circuit.Name.Authority == Authority.AnyAuthority == whole).Select(UpToDate)];
    }

    /// <summary>How many attempts are out at this moment.</summary>
    public long InFlight => Current().Sum(static circuit => circuit.InFlight);

    bool IInFlightSource.IsCounting => Enabled;

    public IEnumerable<(string AuthorityTag, long InFlight)> CountInFlight() =>
        Current().Select(static circuit => (circuit.Name.Tag, circuit.InFlight));

    public IReadOnlyList<CircuitSnapshot> Snapshots()
    {
        CircuitSnapshot[] snapshots = [.. Current().Select(static circuit => circuit.Snapshot())];
        return snapshots.Length == 0 && Enabled && IsolatedBeforeItsFirstCall() is { } isolated ? [isolated] : snapshots;
    }

    public CircuitSnapshot? Find(string authority) =>
        Enabled && !IsServiceScoped && Authority.TryParse(authority, out var key) && _table.TryFind(key, out var circuit)
            ? UpToDate(circuit).Snapshot()
            : null;

    /// <summary>The circuit that stands for a URI, if there is one.</summary>
    public Circuit? Find(Uri uri) => IsServiceScoped
        ? FindCircuit(Authority.AnyAuthority)
        : _table.TryFind(uri, out var circuit) || _table.TryFind(Authority.From(uri), out circuit) ? UpToDate(circuit) : null;

    /// <summary>The circuit of an authority, if there is one.</summary>
    public Circuit? FindCircuit(string authority) => _table.TryFind(authority, out var circuit) ? UpToDate(circuit) : null;

    /// <summary>Holds the circuit of one authority open, or all of them and those made later.</summary>
    public void Isolate(string reason, TimeSpan? duration, string? authority)
    {
        var isolation = Isolation.Begin(reason, duration, runtime.Clock);
        Circuit[] steered;
        lock (_gate)
        {
            _isolation = authority is null ? isolation : _isolation;
            steered = authority is null ? [.. _table.All] : [FindOrMake_NeedsLock(authority, steered: true, out _)];
            Array.ForEach(steered, circuit => circuit.Isolate(isolation));
        }

        Array.ForEach(steered, static circuit => circuit.Publish());
    }

    /// <summary>Closes the circuit of one authority, or all of them.</summary>
    /// <returns>False where there is no circuit of that authority.</returns>
    public bool TryReset(string? authority)
    {
        Circuit[] steered;
        lock (_gate)
        {
            _isolation = authority is null ? null : _isolation;
            steered = authority switch
            {
                null => [.. _table.All],
                _ when IsServiceScoped => [],
                _ when _table.TryFind(authority, out var circuit) => [circuit],
                // Isolated with all others, although it has not been called yet.
                _ when IsIsolated_NeedsLock => [FindOrMake_NeedsLock(authority, steered: true, out _)],
                _ => [],
            };
            Array.ForEach(steered, static circuit => circuit.Reset());
        }

        Array.ForEach(steered, static circuit => circuit.Publish());
        return authority is null || steered.Length > 0;
    }

    /// <summary>Drops the circuit of an authority that is no longer used, whatever its state, unless something is in flight.</summary>
    /// <returns>Whether there is none any more.</returns>
    public bool TryForget(string authority)
    {
        lock (_gate)
        {
            return _table.TryRemove_NeedsLock(authority);
        }
    }

    private void AddToHost() => service.Host.AddService(service);

    private Circuit GetOrAdd(Uri uri, HttpCircuitBreakerScope scope)
    {
        if (scope == HttpCircuitBreakerScope.Service)
        {
            return GetOrAdd(Authority.AnyAuthority);
        }

        return _table.TryFind(uri, out var circuit) ? UpToDate(circuit) : GetOrAdd(Authority.From(uri));
    }

    private Circuit GetOrAdd(string authority)
    {
        if (!_table.TryFind(authority, out var circuit))
        {
            bool kept;
            lock (_gate)
            {
                circuit = FindOrMake_NeedsLock(authority, steered: false, out kept);
            }

            if (kept)
            {
                circuit.Publish(); // Of one that is made anew for each attempt there is no news.
            }
        }

        return UpToDate(circuit);
    }

    /// <summary>
    /// Where the table is full of circuits that may not go, the new one is not kept: it guards a single attempt, which is as good as none.
    /// One that is steered by hand always is.
    /// </summary>
    private Circuit FindOrMake_NeedsLock(string authority, bool steered, out bool kept)
    {
        kept = true;
        if (!_table.TryFind(authority, out var circuit))
        {
            circuit = Make_NeedsLock(authority);
            kept = _table.TryAdd_NeedsLock(circuit, steered);
        }

        return circuit;
    }

    private Circuit Make_NeedsLock(string authority)
    {
        var circuit = new Circuit(new(ServiceName, authority, _tags.Find_NeedsLock(authority, _table)), Options, runtime);
        if (IsIsolated_NeedsLock)
        {
            circuit.Isolate(_isolation);
        }

        return circuit;
    }

    /// <summary>The options are read again under the lock, so a thread that was held up cannot bring old ones back.</summary>
    private Circuit UpToDate(Circuit circuit)
    {
        if (!ReferenceEquals(circuit.Options, Options))
        {
            lock (_gate)
            {
                circuit.Use(Options);
            }
        }

        return circuit;
    }

    private CircuitSnapshot? IsolatedBeforeItsFirstCall()
    {
        lock (_gate)
        {
            return IsIsolated_NeedsLock ? _isolation.Snapshot(ServiceName, Options.Mode, runtime.Clock) : null;
        }
    }
}
