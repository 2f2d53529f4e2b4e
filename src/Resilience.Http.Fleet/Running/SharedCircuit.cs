using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fleet.Rules;
using Resilience.Http.Requests;

namespace Resilience.Http.Fleet.Running;

/// <summary>
/// One circuit of this replica as a part of the fleet: what it publishes, and what it believes of what the others publish. Only the
/// exchange uses it, one at a time.
/// </summary>
internal sealed class SharedCircuit(Circuit circuit, string replica, TimeProvider clock, FleetCounters counters)
{
    private readonly OwnEvidence _evidence = new();
    private CircuitActivity _seen = new(CircuitState.Closed, null, null, null, false, default);
    private long? _lastTraffic;
    private long? _quorumSince;
    private string _episode = "0";
    private string? _lastBreak;

    public Circuit Circuit { get; } = circuit;

    /// <summary>This replica, as records name it.</summary>
    public string Replica => replica;

    public HttpFleetOptions Options { get; set; } = new();

    /// <summary>The name of the circuit in the store.</summary>
    public string Key { get; } = $"{circuit.Name.Service}|{circuit.Name.Authority}";

    public string RecordKey => $"break|{Key}";

    public KnownBreak Known { get; private set; } = KnownBreak.None;

    public Quorum Quorum { get; private set; }

    /// <summary>The break of the fleet that the circuit is in.</summary>
    public SharedBreak? Shared => _seen.Shared;

    public CircuitActivity Seen => _seen;

    /// <summary>Whether the next exchange is due soon: something is wrong here or elsewhere.</summary>
    public bool IsBusy => Quorum.Open > 0 || Known.Current is not null || _seen.State is CircuitState.Open or CircuitState.HalfOpen;

    public bool HasTraffic => _lastTraffic is { } at && clock.GetElapsedTime(at) < FleetTimes.Traffic;

    /// <summary>Its own results opened it, and no break of the fleet is in force.</summary>
    private bool Votes => _seen is { State: CircuitState.Open, Shared: null } && Known.Current is null && HasTraffic;

    /// <summary>Looks at what the circuit did since the last exchange.</summary>
    public void Look()
    {
        _seen = Circuit.Observe();
        if (_seen.HadTraffic)
        {
            _lastTraffic = clock.GetTimestamp();
        }

        if (Quorum.Open > 0 || Known.Current is not null)
        {
            _evidence.Add(clock.GetElapsedTime(0, clock.GetTimestamp()), _seen.Results);
        }
        else
        {
            _evidence.Clear();
        }
    }

    /// <summary>The two sets that the fleet counts, as far as the store's time is known.</summary>
    public IEnumerable<FleetMembership> Memberships(StoreTime time)
    {
        _episode = Known.Episode;
        long? until = null;
        if (time.IsKnown)
        {
            until = HasTraffic ? time.In(FleetTimes.Traffic - clock.GetElapsedTime(_lastTraffic!.Value)) : 0;
        }

        yield return new($"traffic|{Key}", until);
        yield return new($"open|{Key}|{_episode}", time.IsKnown && !Votes ? 0 : until);
    }

    /// <summary>The sets to leave when the replica stops.</summary>
    public IEnumerable<FleetMembership> Farewell()
    {
        yield return new($"traffic|{Key}", 0);
        yield return new($"open|{Key}|{_episode}", 0);
    }

    /// <summary>Takes in the answer of the store.</summary>
    public void Hear(long withTraffic, long open, FleetRecord? record, long now)
    {
        Known = KnownBreak.From(record, now);

        // The votes that were counted are those of the episode that was known before.
        Quorum = new(withTraffic, Known.Episode == _episode ? open : 0);
        _quorumSince = Known.Current is not null || Quorum.IsReached(Options) ? _quorumSince ?? clock.GetTimestamp() : null;
    }

    public void Take(KnownBreak known) => Known = known;

    /// <summary>
    /// Whether a closed circuit believes the others. Its own results beat their votes; if there are too few of them and none failed, it
    /// waits a moment for more.
    /// </summary>
    public bool Believes()
    {
        if (_seen.State != CircuitState.Closed)
        {
            return true;
        }

        if (_evidence.ShowsWell(Circuit.Options.MinimumThroughput))
        {
            return false;
        }

        var doubts = HasTraffic && _evidence.Bad == 0 && clock.GetElapsedTime(_quorumSince ?? 0) < FleetTimes.Doubt;
        return !doubts;
    }

    /// <summary>Whether this replica may begin a break of the fleet now.</summary>
    public bool SeesQuorum => Known.Current is null && Quorum.IsReached(Options);

    /// <summary>Puts in force here what the record says.</summary>
    public void Apply(StoreTime time)
    {
        if (Known.Current is not { } current)
        {
            if (Shared is { } ended)
            {
                var closes = Known.Record is { IsClosed: true };
                Circuit.EndShared(
                    ended, closes, closes ? Known.Record!.Reason : "the break of the fleet has ended, and no replica tried the service");
                Refresh();
            }
        }
        else if (Shared?.Id != current.Id && _lastBreak != current.Id && Believes())
        {
            Join(current, time);
        }
    }

    /// <summary>What the fleet said holds for a while longer.</summary>
    public void Trust(long until)
    {
        if (Shared is { } shared && Known.Current?.Id == shared.Id)
        {
            Circuit.Update(shared, until, static (shared, until) => shared.TrustedUntil = until);
        }
    }

    private void Refresh() => _seen = Circuit.Observe() is var now ? now with { HadTraffic = _seen.HadTraffic || now.HadTraffic } : _seen;

    private void Join(BreakRecord current, StoreTime time)
    {
        var own = Shared?.BeganHere ?? _seen.State is CircuitState.Open or CircuitState.HalfOpen;
        var shared = new SharedBreak(current.Id, own, clock.After(clock.GetTimestamp(), FleetTimes.Trust));
        if (Circuit.TryOpenShared(shared, time.NotBefore(current.EndsAt), current.Reason))
        {
            _lastBreak = current.Id;
            if (_seen.State == CircuitState.Closed)
            {
                counters.OpenByOthers();
            }

            Refresh();
        }
    }
}
