using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Tolerances;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>One run of one experiment, from the first check to the last rollback.</summary>
internal sealed class ExperimentRun
{
    private readonly ChaosExperiment _experiment;
    private readonly ExperimentTools _tools;
    private readonly StepRunner _steps;
    private readonly List<ChaosStepResult> _method = [];
    private readonly List<ChaosStepResult> _rollbacks = [];
    private readonly List<string> _errors = [];
    private readonly List<string> _notes = [];
    private readonly ProgressLine _progress;
    private bool _dryRun;

    public ExperimentRun(ChaosExperiment experiment, ExperimentTools tools, IProgress<ChaosProgress>? progress)
    {
        _experiment = experiment;
        _tools = tools;
        _progress = new ProgressLine(tools.Clock, progress, experiment.Secrets);
        _steps = new StepRunner(tools, _progress);
    }

    public async Task<ChaosExperimentResult> RunAsync(CancellationToken cancellationToken)
    {
        var begun = _tools.Clock.GetTimestamp();
        var result = new ChaosExperimentResult(_experiment) { StartedAt = _tools.Clock.GetUtcNow() };
        var outcome = await ExperimentAsync(result, cancellationToken).ConfigureAwait(false);

        result.Reached = outcome;
        result.Outcome = _rollbacks.Exists(static step => !step.Succeeded) ? ChaosOutcome.RollbackFailed : outcome;
        result.Duration = _tools.Clock.GetElapsedTime(begun);
        result.Method = _method;
        result.Rollbacks = _rollbacks;
        result.Errors = [.. _errors.Select(_experiment.Secrets.Blank)];
        result.Notes = [.. _notes.Concat(_progress.Faults).Select(_experiment.Secrets.Blank)];
        return result;
    }

    private async Task<ChaosOutcome> ExperimentAsync(ChaosExperimentResult result, CancellationToken cancellationToken)
    {
        try
        {
            result.Before = await CheckAsync(ChaosPhase.Before, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _errors.Add("Cancelled while the steady state was checked: nothing was injected.");
            return ChaosOutcome.Interrupted;
        }

        if (result.Before is { Met: false })
        {
            _errors.Add("The steady state was not met before the method: nothing was injected. Mend that first, or correct the hypothesis.");
            return ChaosOutcome.NotSteady;
        }

        try
        {
            return await InjectAsync(result, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _errors.Add("Cancelled after the method had begun: what was injected is taken back.");
            return ChaosOutcome.Interrupted;
        }
        finally
        {
            await RollBackAsync().ConfigureAwait(false);
        }
    }

    private async Task<ChaosOutcome> InjectAsync(ChaosExperimentResult result, CancellationToken cancellationToken)
    {
        if (!await PlayMethodAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ChaosOutcome.Aborted;
        }

        // Asked on both sides: a gate that closed before or during the look leaves a steady state that nothing disturbed.
        if (FaultsAreHeldBack())
        {
            return ChaosOutcome.Aborted;
        }

        result.After = await CheckAsync(ChaosPhase.After, cancellationToken).ConfigureAwait(false);
        if (FaultsAreHeldBack())
        {
            return ChaosOutcome.Aborted;
        }

        var missed = _method.Exists(static step => step.ToleranceMet == false);
        return missed || result.After is { Met: false } ? ChaosOutcome.Deviated : ChaosOutcome.Held;
    }

    /// <summary>Whether a gate has closed over the experiment's faults; if so that is told.</summary>
    private bool FaultsAreHeldBack()
    {
        if (_tools.FaultsHeldBack() is not { } gate)
        {
            return false;
        }

        lock (_errors)
        {
            _errors.Add($"The faults were no longer injected, so the hypothesis was not tested: {gate}.");
        }

        return true;
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
                _errors.Add(Missed(phase, step));
            }

            probes.Add(step);
        }

        return new ChaosSteadyState(probes);
    }

    /// <returns>Whether every action did what it was meant to, and no gate closed meanwhile.</returns>
    private async Task<bool> PlayMethodAsync(CancellationToken cancellationToken)
    {
        var begun = _tools.Clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<bool>> background = [];
        var worked = true;
        try
        {
            foreach (var activity in _experiment.Method)
            {
                if (FaultsAreHeldBack())
                {
                    worked = false;
                    break;
                }

                if (activity.Background)
                {
                    background.Add(PlayInBackgroundAsync(activity, stop));
                }
                else if (!await PlayAsync(activity, stop.Token).ConfigureAwait(false))
                {
                    worked = false;
                    break;
                }
            }

            var left = _experiment.Duration - _tools.Clock.GetElapsedTime(begun);
            if (worked && left > TimeSpan.Zero)
            {
                _progress.Tell(ChaosPhase.Method, $"the faults stay for {left.TotalSeconds:0.0} s more");
                await Task.Delay(left, _tools.Clock, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            worked = false; // by a background step that failed, and has told so
        }
        finally
        {
            if (!worked)
            {
                await stop.CancelAsync().ConfigureAwait(false);
            }

            worked &= await AllWorkedAsync(background, stop.Token).ConfigureAwait(false);
        }

        return worked;
    }

    /// <summary>Plays a step beside the others. One that ends the method ends what the others are at, since nobody waits for it before the end.</summary>
    private async Task<bool> PlayInBackgroundAsync(ChaosActivity activity, CancellationTokenSource stop)
    {
        var worked = await PlayAsync(activity, stop.Token).ConfigureAwait(false);
        if (!worked)
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }

        return worked;
    }

    /// <summary>Plays one step of the method and says whether the method may go on: only an action that failed ends it.</summary>
    private async Task<bool> PlayAsync(ChaosActivity activity, CancellationToken cancellationToken)
    {
        var step = await _steps.RunAsync(ChaosPhase.Method, activity, cancellationToken, Began).ConfigureAwait(false);
        if (step is { Succeeded: true, ToleranceMet: not false })
        {
            NoteFaults(step);
            return true;
        }

        var probe = activity as ChaosProbe;
        lock (_errors)
        {
            _errors.Add(probe is null
                ? $"The action '{activity.Name}' failed, so the hypothesis was not tested: {step.Exception!.Message}"
                : Missed(ChaosPhase.Method, step));
        }

        return probe is not null;
    }

    /// <summary>What the steps that set and clear faults report, where it means that the hypothesis was not really tried.</summary>
    private void NoteFaults(ChaosStepResult step)
    {
        if (step is not { Activity: ChaosAction action, Output: JsonObject output })
        {
            return;
        }

        lock (_notes)
        {
            if (output[ExperimentTools.DryRun] is { } client)
            {
                _dryRun = true;
                _notes.Add($"ResilientHttpChaos:DryRun is set: the faults for '{client}' were decided and counted, and none was injected.");
            }
            else if (!_dryRun && output[ExperimentTools.Struck]?.GetValue<long>() == 0)
            {
                _notes.Add($"The faults that '{action.Name}' cleared struck no call: nothing used that client, or the name is wrong. The hypothesis was not tried.");
            }
        }
    }

    private void Began(ChaosStepResult step)
    {
        lock (_method)
        {
            _method.Add(step);
        }
    }

    private static async Task<bool> AllWorkedAsync(List<Task<bool>> background, CancellationToken stop)
    {
        try
        {
            return Array.TrueForAll(await Task.WhenAll(background).ConfigureAwait(false), static worked => worked);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false; // ended by us, or by the caller, who is told by the token itself
        }
    }

    /// <summary>The experiment's own rollbacks, then what its actions offer to undo, then the faults that are still there. One that fails stops none of the others.</summary>
    private async Task RollBackAsync()
    {
        var undone = _method
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
            _notes.Add($"The experiment left faults on the client '{client}'; they were cleared. Add a rollback that does it.");
            await RollBackAsync(ChaosAction.ClearFaults($"clear what was left on {client}", client)).ConfigureAwait(false);
        }
    }

    private async Task RollBackAsync(ChaosAction rollback)
    {
        // Not the caller's token: a run that was cancelled is rolled back like any other.
        var step = await _steps.RunAsync(ChaosPhase.Rollback, rollback, _experiment.RollbackTimeout).ConfigureAwait(false);
        _rollbacks.Add(step);
        NoteFaults(step);
        if (!step.Succeeded)
        {
            _errors.Add($"The rollback '{rollback.Name}' failed; put this back by hand: {step.Exception!.Message}");
        }
    }

    private static string Missed(ChaosPhase phase, ChaosStepResult step)
    {
        var when = phase switch
        {
            ChaosPhase.Before => "before the method",
            ChaosPhase.After => "after the method",
            _ => "in the method",
        };
        return step.Exception is { } exception
            ? $"The probe '{step.Activity.Name}' failed {when}, which counts as not met: {exception.Message}"
            : $"The probe '{step.Activity.Name}' was not met {when}: {JsonText.Short(step.Output)}, expected {((ChaosProbe)step.Activity).Tolerance}.";
    }
}
