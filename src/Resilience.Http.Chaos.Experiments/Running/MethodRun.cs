using Resilience.Http.Chaos.Experiments.Steps;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>One run of the method of an experiment: its steps in order, background steps beside them, and the rest of its time.</summary>
internal sealed class MethodRun(
    ChaosExperiment experiment, ExperimentServices tools, StepRunner steps, Findings findings, ProgressLine progress)
{
    private readonly List<ChaosStepResult> _steps = [];

    /// <summary>The steps that have begun. To be read after the run.</summary>
    public IReadOnlyList<ChaosStepResult> Steps => _steps;

    /// <returns>Whether every action did what it was meant to, and no gate closed meanwhile.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var begun = tools.Clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<bool>> background = [];
        var worked = true;
        try
        {
            foreach (var activity in experiment.Method)
            {
                if (findings.FaultsAreHeldBack(tools))
                {
                    worked = false;
                    break;
                }

                if (activity.Background)
                {
                    background.Add(RunInBackgroundAsync(activity, stop));
                }
                else if (!await RunAsync(activity, stop.Token).ConfigureAwait(false))
                {
                    worked = false;
                    break;
                }
            }

            var left = experiment.Duration - tools.Clock.GetElapsedTime(begun);
            if (worked && left > TimeSpan.Zero)
            {
                progress.Log(ChaosPhase.Method, $"the faults stay active for another {left.TotalSeconds:0.0} s");
                await Task.Delay(left, tools.Clock, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            worked = false; // by a background step that failed and has added its error
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

    /// <summary>Runs a background step. One that ends the method also cancels the others, since it is awaited only at the end.</summary>
    private async Task<bool> RunInBackgroundAsync(ChaosActivity activity, CancellationTokenSource stop)
    {
        var worked = await RunAsync(activity, stop.Token).ConfigureAwait(false);
        if (!worked)
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }

        return worked;
    }

    /// <summary>Runs one step and returns whether the method may go on: only an action that failed ends it.</summary>
    private async Task<bool> RunAsync(ChaosActivity activity, CancellationToken cancellationToken)
    {
        var step = await steps.RunAsync(ChaosPhase.Method, activity, cancellationToken, Began).ConfigureAwait(false);
        if (step is { Succeeded: true, ToleranceMet: not false })
        {
            findings.NoteFaults(step);
            return true;
        }

        if (activity is ChaosProbe)
        {
            findings.Missed(ChaosPhase.Method, step);
            return true;
        }

        findings.Error($"The action '{activity.Name}' failed, so the hypothesis was not tested: {step.Exception!.Message}");
        return false;
    }

    private void Began(ChaosStepResult step)
    {
        lock (_steps)
        {
            _steps.Add(step);
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
            return false; // ended here, or by the caller, whose token is checked later
        }
    }
}
