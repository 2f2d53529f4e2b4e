using System.Globalization;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fleet.Rules;
using Resilience.Http.Requests;

namespace Resilience.Http.Fleet.Running;

/// <summary>Begins a break of the fleet when a quorum is seen. Of several replicas that see it, one writes it.</summary>
internal sealed class BreakStarter(FleetWriter writer, TimeProvider clock, Func<double> chance)
{
    public async ValueTask BeginAsync(SharedCircuit circuit, CancellationToken cancellationToken)
    {
        var (known, _) = await writer.StepAsync(
            circuit.RecordKey,
            circuit.Known,
            (record, now) => record is { IsClosed: false } || record?.Id != circuit.Known.Record?.Id ? null : Begin(circuit, record, now),
            FleetTimes.Answer,
            cancellationToken).ConfigureAwait(false);
        circuit.Take(known);
    }

    private BreakRecord Begin(SharedCircuit circuit, BreakRecord? last, long now) => new()
    {
        Id = TrialRules.NewId(now, circuit.Replica),
        Reason = Reason(circuit),
        By = circuit.Replica,
        BeganAt = now,
        EndsAt = now + TrialRules.Milliseconds(Length(circuit)),
        Quota = circuit.Circuit.Options.HalfOpenMaxCalls,
        LastToken = last?.LastToken ?? 0,
    };

    /// <summary>What is left of this replica's own break, which follows a Retry-After, or the length of a first break.</summary>
    private TimeSpan Length(SharedCircuit circuit) => circuit.Seen is { State: CircuitState.Open, OpenUntil: { } end }
        ? clock.Until(clock.GetTimestamp(), end) ?? TimeSpan.Zero
        : BreakDuration.Compute(circuit.Circuit.Options, breaksBefore: 0, retryAfter: null, chance());

    private static string Reason(SharedCircuit circuit)
    {
        var own = circuit.Seen is { State: CircuitState.Open, Reason: { } reason } ? $"; {circuit.Replica} after {reason}" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{circuit.Quorum.Open} of {circuit.Quorum.WithTraffic} replicas with traffic hold it open{own}");
    }
}
