namespace Resilience.Http.Chaos.Faults;

/// <summary>The faults of one client, as they are in force: pure decisions, drawn from a given chance.</summary>
internal sealed class FaultPlan
{
    private readonly RequestMatch _match;
    private readonly LatencyFault? _latency;
    private readonly AbortFault? _abort;
    private readonly SlowBodyFault? _slowBody;
    private long _struck;

    private FaultPlan(RequestMatch match, LatencyFault? latency, AbortFault? abort, SlowBodyFault? slowBody) =>
        (_match, _latency, _abort, _slowBody) = (match, latency, abort, slowBody);

    /// <summary>How many calls it has struck.</summary>
    public long Struck => Interlocked.Read(ref _struck);

    /// <summary>The plan for a client; <see langword="null"/> where nothing would ever be injected.</summary>
    public static FaultPlan? Of(HttpChaosClientOptions? options)
    {
        if (options is null)
        {
            return null;
        }

        var latency = LatencyFault.Of(options.Latency);
        var abort = AbortFault.Of(options.Abort);
        var slowBody = SlowBodyFault.Of(options.SlowBody);
        return latency is null && abort is null && slowBody is null
            ? null
            : new(new RequestMatch(options.Match), latency, abort, slowBody);
    }

    /// <summary>
    /// What is to happen to a request. Every kind of fault draws whether or not another has struck, so that the same seed gives the same
    /// faults however many of them are cut short.
    /// </summary>
    public FaultDecision Decide(HttpRequestMessage request, Func<double> chance) =>
        _match.Includes(request)
            ? new FaultDecision(_latency?.Draw(chance), _abort?.Draw(chance), _slowBody?.Draw(chance))
            : default;

    public void CountStrike() => Interlocked.Increment(ref _struck);

    /// <summary>The faults in words, for the Warning at start.</summary>
    public override string ToString() =>
        string.Join(", ", new object?[] { _latency, _abort, _slowBody }.Where(static fault => fault is not null)) + _match;
}
