using System.Text.Json;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Chaos.Experiments.Values;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>Runs one step with its pauses, measures and judges it, and reports progress. Only cancellation is thrown.</summary>
internal sealed class StepRunner(ExperimentServices tools, ProgressLine progress)
{
    /// <summary>As deep as the journal's writer goes, less what stands around a value there.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 900 };

    /// <param name="phase">Where in the experiment.</param>
    /// <param name="activity">The step.</param>
    /// <param name="cancellationToken">Ends the step; one that does not listen is left behind, so that the rollbacks need not wait for
    /// it.</param>
    /// <param name="began">Told when the step begins, so that what was canceled half way is known too.</param>
    public async Task<ChaosStepResult> RunAsync(
        ChaosPhase phase,
        ChaosActivity activity,
        CancellationToken cancellationToken,
        Action<ChaosStepResult>? began = null)
    {
        await PauseAsync(phase, activity.PauseBefore, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var step = Begin(phase, activity);
        began?.Invoke(step);
        await AttemptAsync(step, cancellationToken, cancellationToken).ConfigureAwait(false);
        Report(phase, step);
        await PauseAsync(phase, activity.PauseAfter, cancellationToken).ConfigureAwait(false);
        return step;
    }

    /// <summary>Runs a step that cannot be canceled but has its own time limit.</summary>
    public async Task<ChaosStepResult> RunAsync(ChaosPhase phase, ChaosActivity activity, TimeSpan limit)
    {
        await PauseAsync(phase, activity.PauseBefore, CancellationToken.None).ConfigureAwait(false);
        var step = Begin(phase, activity);
        using (var timeout = new CancellationTokenSource(TimerTime.Limit(limit), tools.Clock))
        {
            await AttemptAsync(step, timeout.Token, CancellationToken.None).ConfigureAwait(false);
            if (timeout.IsCancellationRequested && step.Exception is OperationCanceledException)
            {
                step.Exception = new TimeoutException($"not done within {DurationText.Format(limit)}", step.Exception);
            }
        }

        Report(phase, step);
        await PauseAsync(phase, activity.PauseAfter, CancellationToken.None).ConfigureAwait(false);
        return step;
    }

    private ChaosStepResult Begin(ChaosPhase phase, ChaosActivity activity)
    {
        progress.Log(phase, $"{activity.Kind} {activity.Name}{(activity.Background ? " (in the background)" : "")} ...");
        return new ChaosStepResult(activity, tools.Clock.GetUtcNow());
    }

    private async Task AttemptAsync(ChaosStepResult step, CancellationToken cancellationToken, CancellationToken callerToken)
    {
        var begun = tools.Clock.GetTimestamp();
        try
        {
            var output = await InvokeAsync(step.Activity, cancellationToken)
                .Observed().WaitAsync(cancellationToken).ConfigureAwait(false);
            RefuseUnwritable(output);
            step.Output = output;
            step.ToleranceMet = (step.Activity as ChaosProbe)?.Tolerance?.Accepts(step.Output);
        }
        catch (OperationCanceledException exception) when (callerToken.IsCancellationRequested)
        {
            step.Exception = exception;
            throw;
        }
        catch (Exception exception)
        {
            // A step is user code; what it throws is its result.
            step.Exception = exception;
            step.ToleranceMet = step.Activity is ChaosProbe ? false : null;
        }
        finally
        {
            step.Duration = tools.Clock.GetElapsedTime(begun);
        }
    }

    /// <summary>
    /// On a thread of the pool: a step that blocks, or throws before its first await, is like any other. One that was canceled before it
    /// began never does, and so cannot inject anything behind the rollbacks.
    /// </summary>
    private Task<JsonNode?> InvokeAsync(ChaosActivity activity, CancellationToken cancellationToken) =>
        Task.Run(async () => await activity.RunAsync(tools, cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <summary>
    /// A value that only exists in memory (not a number, a name that is there twice) would take the journal with it, and must not get
    /// there.
    /// </summary>
    private static void RefuseUnwritable(JsonNode? output)
    {
        try
        {
            _ = output is null ? null : JsonNode.Parse(output.ToJsonString(), documentOptions: Strict);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException
            or JsonException or NotSupportedException)
        {
            throw new InvalidOperationException($"The value cannot be written to the journal as JSON: {exception.Message}", exception);
        }
    }

    private async Task PauseAsync(ChaosPhase phase, TimeSpan pause, CancellationToken cancellationToken)
    {
        if (pause > TimeSpan.Zero)
        {
            progress.Log(phase, $"pause of {DurationText.Format(pause)}");
            await Task.Delay(pause, tools.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Report(ChaosPhase phase, ChaosStepResult step)
    {
        var came = step switch
        {
            { Exception: { } exception } => $"FAILED: {exception.Message}",
            { ToleranceMet: false } => $"{JsonText.Short(step.Output)}, NOT MET: expected {((ChaosProbe)step.Activity).Tolerance}",
            { ToleranceMet: true } => $"{JsonText.Short(step.Output)}, met",
            { Output: { } output } => JsonText.Short(output),
            _ => "done",
        };
        progress.Log(phase, $"{step.Activity.Kind} {step.Activity.Name}: {came}");
    }
}
