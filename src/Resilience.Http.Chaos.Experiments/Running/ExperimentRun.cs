using Resilience.Http.Chaos.Experiments.Steps;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>One run of one experiment, from the first check to the last rollback.</summary>
internal sealed class ExperimentRun
{
    private readonly ChaosExperiment _experiment;
    private readonly ExperimentServices _tools;
    private readonly StepRunner _steps;
    private readonly MethodRun _method;
    private readonly List<ChaosStepResult> _rollbacks = [];
    private readonly Findings _findings;
    private readonly ProgressLine _progress;

    public ExperimentRun(ChaosExperiment experiment, ExperimentServices tools, IProgress<ChaosProgress>? progress)
    {
        _experiment = experiment;
        _tools = tools;
        _findings = new Findings(experiment.Secrets);
        _progress = new ProgressLine(tools.Clock, progress, experiment.Secrets);
        _steps = new StepRunner(tools, _progress);
        _method = new MethodRun(experiment, tools, _steps, _findings, _progress);
    }

    public async Task<ChaosExperimentResult> RunAsync(CancellationToken cancellationToken)
    {
        var begun = _tools.Clock.GetTimestamp();
        var result = new ChaosExperimentResult(_experiment) { StartedAt = _tools.Clock.GetUtcNow() };
        var outcome = await ExperimentAsync(result, cancellationToken).ConfigureAwait(false);

        result.Reached = outcome;
        result.Outcome = _rollbacks.Exists(static step => !step.Succeeded) ? ChaosOutcome.RollbackFailed : outcome;
        result.Duration = _tools.Clock.GetElapsedTime(begun);
        result.Method = _method.Steps;
        result.Rollbacks = _rollbacks;
        foreach (var fault in _progress.Faults)
        {
            _findings.Note(fault);
        }

        result.Errors = _findings.Errors;
        result.Notes = _findings.Notes;
        return result;
    }

    private async Task<ChaosOutcome> ExperimentAsync(ChaosExperimentResult result, CancellationToken cancellationToken)
    {
        try
        {
            var faults = _tools.ConfiguredFaults();
            result.Before = await CheckAsync(ChaosPhase.Before, cancellationToken).ConfigureAwait(false);
            // an edit, or the first client, may have set some meanwhile
            _findings.NoteBefore(_experiment, [.. faults.Union(_tools.ConfiguredFaults())]);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _findings.Error("Cancelled while the steady state was checked: nothing was injected.");
            return ChaosOutcome.Interrupted;
        }

        if (result.Before is { Met: false })
        {
            _findings.Error(
                "The steady state was not met before the method: nothing was injected. Fix that first, or correct the hypothesis.");
            return ChaosOutcome.NotSteady;
        }

        try
        {
            return await InjectAsync(result, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _findings.Error("Cancelled after the method had begun: the injected faults are removed and the rollbacks run.");
            return ChaosOutcome.Interrupted;
        }
        finally
        {
            await RollBackAsync().ConfigureAwait(false);
        }
    }

    private async Task<ChaosOutcome> InjectAsync(ChaosExperimentResult result, CancellationToken cancellationToken)
    {
        if (!await _method.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ChaosOutcome.Aborted;
        }

        // Asked on both sides: a gate that closed before or during the look leaves a steady state that nothing disturbed.
        if (_findings.FaultsAreHeldBack(_tools))
        {
            return ChaosOutcome.Aborted;
        }

        result.After = await CheckAsync(ChaosPhase.After, cancellationToken).ConfigureAwait(false);
        if (_findings.FaultsAreHeldBack(_tools))
        {
            return ChaosOutcome.Aborted;
        }

        var missed = _method.Steps.Any(static step => step.ToleranceMet == false);
        return missed || result.After is { Met: false } ? ChaosOutcome.Deviated : ChaosOutcome.Held;
    }

    private async Task<ChaosSteadyState?> CheckAsync(ChaosPhase phase, CancellationToken cancellationToken)
    {
        if (_experiment.SteadyState.Count == 0)
        {
            return null;
        }

        List<ChaosStepResult> probes = [];
        foreach (var probe in _experiment.SteadyState)
        {
            var step = await _steps.RunAsync(phase, probe, cancellationToken).ConfigureAwait(false);
            if (step.ToleranceMet != true)
            {
                _findings.Missed(phase, step);
            }

            probes.Add(step);
        }

        return new ChaosSteadyState(probes);
    }

    /// <summary>
    /// The experiment's own rollbacks, then what its actions offer to undo, then the faults that are still there. One that fails stops none
    /// of the others.
    /// </summary>
    private async Task RollBackAsync()
    {
        var undone = _method.Steps
            .Select(static step => (step.Activity as ChaosAction)?.Undo)
            .OfType<ChaosAction>()
            .Distinct()
            .Reverse();
        foreach (var rollback in _experiment.Rollbacks.Concat(undone))
        {
            await RollBackAsync(rollback).ConfigureAwait(false);
        }

        foreach (var client in _tools.ClientsWithFaults())
        {
            _findings.Note($"The experiment left faults on the client '{client}'; they were cleared. Add a rollback that clears them.");
            await RollBackAsync(ChaosAction.ClearFaults($"clear the faults left on {client}", client)).ConfigureAwait(false);
        }
    }

    private async Task RollBackAsync(ChaosAction rollback)
    {
        // Not the caller's token: a run that was cancelled is rolled back like any other.
        var step = await _steps.RunAsync(ChaosPhase.Rollback, rollback, _experiment.RollbackTimeout).ConfigureAwait(false);
        _rollbacks.Add(step);
        _findings.NoteFaults(step);
        if (!step.Succeeded)
        {
            _findings.Error($"The rollback '{rollback.Name}' failed; restore this manually: {step.Exception!.Message}");
        }
    }
}
