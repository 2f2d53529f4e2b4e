using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fleet.Rules;
using Resilience.Http.Fleet.Running;
using Resilience.Http.Testing;
using Resilience.Http.Tests.CircuitBreaker;

namespace Resilience.Http.Tests.Fleet;

/// <summary>One replica in virtual time: a circuit, calls at a steady rate, and its exchanges with the store.</summary>
internal sealed class SimulatedReplica : ICircuitSource, ISteered, IFleetStore, IDisposable
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);

    private readonly FleetSimulation _fleet;
    private readonly VirtualTimeProvider _clock;
    private readonly Random _random;
    private readonly Queue<(TimeSpan At, CircuitPermit Permit, bool Answered)> _inFlight = new();
    private TimeSpan _nextCall;
    private TimeSpan _nextExchange;

    public SimulatedReplica(FleetSimulation fleet, int number, int seed, HttpCircuitBreakerOptions options)
    {
        (_fleet, _clock, _random, Number) = (fleet, fleet.Clock, new Random(seed), number);
        Circuit = new(CircuitFixture.Name, options, new(_clock, _random.NextDouble, OnTransition));
        Replica = new($"r{number}", this, this, this, _clock, _random.NextDouble);
        _nextCall = TimeSpan.FromMilliseconds(_random.Next(0, 50));
        _nextExchange = TimeSpan.FromMilliseconds(_random.Next(0, 400));
    }

    public int Number { get; }

    public Circuit Circuit { get; private set; }

    public FleetReplica Replica { get; }

    public double CallsPerSecond { get; set; } = 20;

    /// <summary>Whether it can reach the service.</summary>
    public bool IsCut { get; set; }

    public bool IsCutFromStore { get; set; }

    /// <summary>Its background loop stands still, as after a pause of the process; calls go on.</summary>
    public bool IsPaused { get; set; }

    public bool IsDead { get; set; }

    public List<(TimeSpan At, CircuitTransition Transition)> Transitions { get; } = [];

    public CircuitState State => Circuit.Snapshot().State;

    public long Now => _clock.GetTimestamp();

    public bool WasEverOpen => Transitions.Exists(each => each.Transition.To == CircuitState.Open);

    public int Refused { get; private set; }

    public List<(string Service, SteeringEntry Entry, TimeSpan? Left)> Orders { get; } = [];

    public IReadOnlyList<string> Services => [CircuitFixture.Name.Service];

    public IEnumerable<(Circuit Circuit, HttpFleetOptions Options)> Circuits => [(Circuit, _fleet.Options)];

    public void Carry(string service, SteeringEntry entry, TimeSpan? left) => Orders.Add((service, entry, left));

    public void Step(TimeSpan now)
    {
        if (IsDead)
        {
            return;
        }

        while (_inFlight.TryPeek(out var next) && next.At <= now)
        {
            End(_inFlight.Dequeue());
        }

        if (CallsPerSecond > 0 && now >= _nextCall)
        {
            _nextCall = now + TimeSpan.FromSeconds((0.9 + (0.2 * _random.NextDouble())) / CallsPerSecond);
            Call(now);
        }

        if (now >= _nextExchange && !IsPaused)
        {
            Exchange(now);
        }
    }

    public void Call(TimeSpan now)
    {
        if (Circuit.TryAcquire(_clock.GetTimestamp(), TimeSpan.FromSeconds(10), out var permit, out _) == AcquireResult.Granted)
        {
            _fleet.Sent(this, permit.Trial is not null);
            _inFlight.Enqueue((now + Latency, permit, _fleet.Answers(this)));
        }
        else
        {
            Refused++;
        }
    }

    public void Exchange(TimeSpan now)
    {
        try
        {
            Replica.ExchangeAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            _nextExchange = now + Replica.UntilNextExchange();
        }
        catch (IOException)
        {
            _nextExchange = now + Replica.UntilNextTry();
        }
    }

    public ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken)
    {
        _fleet.Commands++;
        return IsCutFromStore ? throw new IOException("The store is gone.") : _fleet.Store.SyncAsync(sync, cancellationToken);
    }

    public ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken)
    {
        _fleet.Commands++;
        return IsCutFromStore ? throw new IOException("The store is gone.") : _fleet.Store.TryWriteAsync(write, cancellationToken);
    }

    public ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A circuit has no quota.");

    public void Dispose() => Replica.Dispose();

    private void End((TimeSpan At, CircuitPermit Permit, bool Answered) call)
    {
        if (call.Answered)
        {
            Circuit.Succeed(call.Permit, _clock.GetTimestamp());
        }
        else
        {
            Circuit.Fail(call.Permit, _clock.GetTimestamp(), CircuitFixture.Failure);
        }
    }

    /// <summary>As the host does: an own circuit that changes wakes the loop.</summary>
    private void OnTransition(CircuitKey circuit, CircuitTransition transition, TransitionDetails details)
    {
        Transitions.Add((_clock.Elapsed, transition));
        _nextExchange = TimeSpan.Zero;
    }
}
