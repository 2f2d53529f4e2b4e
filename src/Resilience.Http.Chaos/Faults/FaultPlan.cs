using System.Runtime.CompilerServices;

namespace Resilience.Http.Chaos.Faults;

/// <summary>The faults of one client, as they are in force: pure decisions, drawn from a given chance.</summary>
internal sealed class FaultPlan
{
    private readonly RequestMatch _match;
    private readonly LatencyFault? _latency;
    private readonly AbortFault? _abort;
    private readonly SlowBodyFault? _slowBody;
    private readonly FaultPlan? _others;
    private StrongBox<long> _struck = new();

    private FaultPlan(RequestMatch match, LatencyFault? latency, AbortFault? abort, SlowBodyFault? slowBody, FaultPlan? others) =>
        (_match, _latency, _abort, _slowBody, _others) = (match, latency, abort, slowBody, others);

    /// <summary>How many calls it has affected.</summary>
    public long Struck => Interlocked.Read(ref _struck.Value);

    /// <summary>The plan for a client; <see langword="null"/> if nothing would ever be injected.</summary>
    /// <param name="options">Its faults.</param>
    /// <param name="others">Faults of other kinds, with a match of their own.</param>
    public static FaultPlan? From(HttpChaosClientOptions? options, FaultPlan? others = null)
    {
        if (options is null)
        {
            return others;
        }

        var latency = LatencyFault.From(options.Latency);
        var abort = AbortFault.From(options.Abort);
        var slowBody = SlowBodyFault.From(options.SlowBody);
        return latency is null && abort is null && slowBody is null
            ? others
            : new(new RequestMatch(options.Match), latency, abort, slowBody, others);
    }

    /// <summary>
    /// What is to happen to a request. Every kind of fault draws its number whether or not another was chosen, so that the same seed gives
    /// the same faults however many of them are cut short.
    /// </summary>
    public FaultDecision Decide(HttpRequestMessage request, Func<double> chance)
    {
        var others = _others?.Decide(request, chance) ?? default;
        return _match.Includes(request)
            ? new FaultDecision(
                _latency?.Draw(chance)
                    ?? others.Latency, _abort?.Draw(chance) ?? others.Abort, _slowBody?.Draw(chance) ?? others.BytesPerSecond)
            : others;
    }

    public void CountStrike() => Interlocked.Increment(ref _struck.Value);

    /// <summary>Counts on from a plan whose place it takes, together with the calls that are still under that one.</summary>
    public void CountOnFrom(FaultPlan before) => _struck = before._struck;

    /// <summary>The faults in words, for the Warning at start.</summary>
    public override string ToString() =>
        string.Join(", ", new object?[] { _latency, _abort, _slowBody }.Where(static fault => fault is not null)) + _match
        + (_others is null ? "" : $", {_others}");
}
