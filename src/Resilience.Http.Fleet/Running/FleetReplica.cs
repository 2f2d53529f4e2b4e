using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fleet.Rules;
using Resilience.Http.Requests;

namespace Resilience.Http.Fleet.Running;

/// <summary>
/// This replica in the fleet. It exchanges news with the store from time to time, one exchange after the other, and never on the path of a
/// call.
/// </summary>
internal sealed class FleetReplica : IDisposable
{
    /// <summary>Bounds the exchange if somebody else chooses the hosts that a client calls; further circuits stay alone.</summary>
    public const int MostCircuits = 250;

    private readonly StoreCommands _commands;
    private readonly ICircuitSource _source;
    private readonly TimeProvider _clock;
    private readonly Func<double> _chance;
    private readonly StoreTime _time;
    private readonly FleetWriter _writer;
    private readonly BreakStarter _starter;
    private readonly TrialKeeper _trials;
    private readonly SteeringReader _steering;
    private readonly Dictionary<Circuit, SharedCircuit> _circuits = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private List<SharedCircuit> _shared = [];

    public FleetReplica(string name, IFleetStore store, ICircuitSource source, ISteered steered, TimeProvider clock, Func<double> chance)
    {
        (Name, _source, _clock, _chance) = (name, source, clock, chance);
        _commands = new(store, clock, Counters);
        _time = new(clock);
        _writer = new(_commands, _time, clock);
        _starter = new(_writer, clock, chance);
        _trials = new(_writer, _time, clock, chance);
        _steering = new(_writer, _time, steered);
    }

    public string Name { get; }

    public FleetCounters Counters { get; } = new();

    public IReadOnlyList<SharedCircuit> Circuits => _shared;

    public bool HasTooMany { get; private set; }

    /// <summary>
    /// How long it is to the next exchange: up to a tenth less at random, so that replicas that started together do not stay together, and
    /// not beyond the end of a break, when trials are due.
    /// </summary>
    public TimeSpan UntilNextExchange()
    {
        var pace = _shared.Exists(static circuit => circuit.IsBusy) ? FleetTimes.Busy : FleetTimes.Calm;
        var wait = pace * (1 - (0.1 * _chance()));
        var now = _clock.GetTimestamp();
        var ends = _shared
            .Where(static circuit => circuit.Shared is not null)
            .Select(circuit => circuit.Seen.OpenUntil is { } end ? _clock.Until(now, end) : null)
            .Where(left => left < wait);
        return ends.Min() ?? wait;
    }

    /// <summary>How long it is to the next try while the store is gone.</summary>
    public TimeSpan UntilNextTry() => FleetTimes.Away * (1 + _chance());

    /// <summary>Tells the store what happened here, and puts in force what happened elsewhere.</summary>
    public async ValueTask ExchangeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ExchangeInTurnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives an order to all replicas, this one included.</summary>
    public async ValueTask SteerAsync(string service, Func<long, SteeringEntry> order, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _steering.WriteAsync(service, order, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask ExchangeInTurnAsync(CancellationToken cancellationToken)
    {
        Follow();
        var services = _source.Services;
        var askedAt = _clock.GetTimestamp();
        var result = await SyncAsync(
            [.. _shared.SelectMany(circuit => circuit.Memberships(_time))],
            [.. _shared.Select(static circuit => circuit.RecordKey), .. services.Select(SteeringReader.KeyOf)],
            cancellationToken).ConfigureAwait(false);
        _time.Set(result.Now, askedAt);
        for (var i = 0; i < _shared.Count; i++)
        {
            _shared[i].Hear(result.Counts[2 * i], result.Counts[(2 * i) + 1], result.Records[i], result.Now);
        }

        // What a call may meet first: all of it is there, before anything else is asked of the store.
        foreach (var circuit in _shared)
        {
            circuit.Apply(_time);
            circuit.Trust(_clock.After(askedAt, FleetTimes.Trust));
        }

        for (var i = 0; i < services.Count; i++)
        {
            await _steering.ReadAsync(services[i], result.Records[_shared.Count + i], cancellationToken).ConfigureAwait(false);
        }

        foreach (var circuit in _shared)
        {
            await StepAsync(circuit, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes this replica out, so that the others need not wait until it expires.</summary>
    public async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        FleetMembership[] farewell = [.. _shared.SelectMany(static circuit => circuit.Farewell())];
        if (farewell.Length > 0 && _time.IsKnown)
        {
            await SyncAsync(farewell, [], cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask StepAsync(SharedCircuit circuit, CancellationToken cancellationToken)
    {
        if (circuit.SeesQuorum && circuit.Believes())
        {
            await _starter.BeginAsync(circuit, cancellationToken).ConfigureAwait(false);
            circuit.Apply(_time);
        }

        await _trials.KeepAsync(circuit, cancellationToken).ConfigureAwait(false);
        circuit.Apply(_time);
    }

    /// <summary>Circuits come and go with the calls of the app.</summary>
    private void Follow()
    {
        var current = _source.Circuits.Take(MostCircuits + 1).ToList();
        HasTooMany = current.Count > MostCircuits;
        var before = _circuits.ToDictionary();
        _circuits.Clear();
        var shared = new List<SharedCircuit>(current.Count);
        foreach (var (circuit, options) in current.Take(MostCircuits))
        {
            var one = before.GetValueOrDefault(circuit) ?? new SharedCircuit(circuit, Name, _clock, Counters);
            one.Options = options;
            one.Look();
            _circuits.Add(circuit, one);
            shared.Add(one);
        }

        _shared = shared;
    }

    private ValueTask<FleetSyncResult> SyncAsync(
        IReadOnlyList<FleetMembership> memberships, IReadOnlyList<string> records, CancellationToken cancellationToken)
    {
        var sync = new FleetSync(Name, memberships, records);
        return _commands.RunAsync((store, token) => store.SyncAsync(sync, token), cancellationToken);
    }
}
