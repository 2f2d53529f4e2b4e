using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fleet.Rules;

namespace Resilience.Http.Fleet.Running;

/// <summary>
/// After a break of the fleet: takes leases for trials, keeps them alive, gives them back, and reports what the trials showed. All of it
/// between calls; a call only finds a pass or none.
/// </summary>
internal sealed class TrialKeeper(FleetWriter writer, StoreTime time, TimeProvider clock, Func<double> chance)
{
    private static readonly long RenewBelow = TrialRules.Milliseconds(TrialRules.Lease * 0.6);

    public async ValueTask KeepAsync(SharedCircuit circuit, CancellationToken cancellationToken)
    {
        if (circuit.Shared is not { } shared
            || circuit.Seen.State != CircuitState.HalfOpen
            || circuit.Known.Current is not { } record
            || record.Id != shared.Id)
        {
            return;
        }

        if (shared.Result is { } result)
        {
            await ReportAsync(circuit, shared, result, cancellationToken).ConfigureAwait(false);
        }
        else if (shared.Pass is { } pass)
        {
            await KeepAsync(circuit, shared, pass, record, cancellationToken).ConfigureAwait(false);
        }
        else if (circuit.HasTraffic)
        {
            await TryLeaseAsync(circuit, shared, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask TryLeaseAsync(SharedCircuit circuit, SharedBreak shared, CancellationToken cancellationToken)
    {
        try
        {
            await StepAsync(
                circuit,
                shared,
                (record, now) => TrialRules.TryLease(record, circuit.Replica, now).Next,
                FleetTimes.LeaseAnswer,
                cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return; // Too slow. If the lease was written all the same, the next exchange shows it.
        }

        Grant(circuit, shared);
    }

    /// <summary>Hands the lease that the record shows to the next call.</summary>
    private void Grant(SharedCircuit circuit, SharedBreak shared)
    {
        if (circuit.Known.Current is { } record
            && record.Id == shared.Id
            && record.Holds.FirstOrDefault(hold => hold.Replica == circuit.Replica) is { } hold)
        {
            var pass = new TrialPass(hold.Token, clock.GetTimestamp(), time.NotAfter(hold.Until));
            circuit.Circuit.Update(shared, pass, static (shared, pass) => shared.Pass = pass);
        }
    }

    private async ValueTask KeepAsync(
        SharedCircuit circuit, SharedBreak shared, TrialPass pass, BreakRecord record, CancellationToken cancellationToken)
    {
        var hold = record.Holds.FirstOrDefault(hold => hold.Token == pass.Token);
        if (hold is null || time.Now >= hold.Until)
        {
            // Another replica has the place now. If the trial is in flight, its result counts for nothing.
            circuit.Circuit.Update(shared, 0, static (shared, _) => shared.Pass = null);
        }
        else if (IsIdle(circuit, pass, record) && TakeBackUnused(circuit.Circuit, shared))
        {
            await StepAsync(
                circuit, shared, (current, now) => TrialRules.Release(current, pass.Token, now), FleetTimes.Answer, cancellationToken)
                .ConfigureAwait(false);
        }
        else if (hold.Until - time.Now < RenewBelow
            && await StepAsync(
                circuit, shared, (current, now) => TrialRules.Renew(current, pass.Token, now), FleetTimes.Answer, cancellationToken)
                .ConfigureAwait(false)
            && circuit.Known.Current?.Holds.FirstOrDefault(hold => hold.Token == pass.Token) is { } renewed)
        {
            circuit.Circuit.Update(shared, time.NotAfter(renewed.Until), static (shared, until) =>
                shared.Pass = shared.Pass is { } current ? current with { ExpiresAt = until } : null);
        }
    }

    /// <summary>No call comes to use the lease, or others could use it sooner.</summary>
    private bool IsIdle(SharedCircuit circuit, TrialPass pass, BreakRecord record) => !pass.IsUsed
        && (!circuit.HasTraffic
            || (TrialRules.OthersAsk(record, time.Now) && clock.GetElapsedTime(pass.GrantedAt) > FleetTimes.UnusedLease));

    /// <summary>A call may take the pass at this moment: then it is kept.</summary>
    private static bool TakeBackUnused(Circuit circuit, SharedBreak shared)
    {
        var taken = new StrongBox();
        circuit.Update(shared, taken, static (shared, taken) =>
        {
            taken.Value = shared.Pass is { IsUsed: false };
            shared.Pass = taken.Value ? null : shared.Pass;
        });
        return taken.Value;
    }

    private async ValueTask ReportAsync(
        SharedCircuit circuit, SharedBreak shared, TrialResult result, CancellationToken cancellationToken)
    {
        var report = new TrialReport(
            circuit.Replica, result.Token, result.Succeeded, result.Failure?.Text, result.Failure?.Throttled ?? false);
        await StepAsync(
            circuit,
            shared,
            (record, now) => TrialRules.Conclude(record, report, now, breaks =>
                BreakDuration.Compute(circuit.Circuit.Options, breaks, result.Failure?.RetryAfter, chance())),
            FleetTimes.Answer,
            cancellationToken).ConfigureAwait(false);
        if (circuit.Known.Current?.Holds.Any(hold => hold.Token == result.Token) is not true)
        {
            // It is reported, or the lease was lost; otherwise others were faster each time, and the next exchange reports it.
            circuit.Circuit.Update(shared, 0, static (shared, _) => (shared.Pass, shared.Result) = (null, null));
        }
    }

    private async ValueTask<bool> StepAsync(
        SharedCircuit circuit,
        SharedBreak shared,
        Func<BreakRecord, long, BreakRecord?> step,
        TimeSpan limit,
        CancellationToken cancellationToken)
    {
        var (known, written) = await writer.StepAsync(
            circuit.RecordKey,
            circuit.Known,
            (record, now) => record is { IsClosed: false } && record.Id == shared.Id ? step(record, now) : null,
            limit,
            cancellationToken).ConfigureAwait(false);
        circuit.Take(known);
        return written;
    }

    private sealed class StrongBox
    {
        public bool Value;
    }
}
