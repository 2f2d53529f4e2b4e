using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Tolerances;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>What a run has to tell besides its steps: why it did not hold, and what to know about it. Background steps tell at the same time.</summary>
internal sealed class Findings(Secrets secrets)
{
    private readonly Lock _gate = new();
    private readonly List<string> _errors = [];
    private readonly List<string> _notes = [];
    private bool _dryRun;

    public IReadOnlyList<string> Errors => AllOf(_errors);

    public IReadOnlyList<string> Notes => AllOf(_notes);

    public void Error(string text) => Add(_errors, text);

    public void Note(string text) => Add(_notes, text);

    /// <summary>A probe whose tolerance was not met, or that failed.</summary>
    public void Missed(ChaosPhase phase, ChaosStepResult step)
    {
        var when = phase switch
        {
            ChaosPhase.Before => "before the method",
            ChaosPhase.After => "after the method",
            _ => "in the method",
        };
        Error(step.Exception is { } exception
            ? $"The probe '{step.Activity.Name}' failed {when}, which counts as not met: {exception.Message}"
            : $"The probe '{step.Activity.Name}' was not met {when}: {JsonText.Short(step.Output)}, expected {((ChaosProbe)step.Activity).Tolerance}.");
    }

    /// <summary>What the steps that set and clear faults report, where it means that the hypothesis was not really tried.</summary>
    public void NoteFaults(ChaosStepResult step)
    {
        if (step is not { Activity: ChaosAction action, Output: JsonObject output })
        {
            return;
        }

        lock (_gate)
        {
            if (output[ExperimentServices.DryRun] is { } client)
            {
                _dryRun = true;
                _notes.Add($"ResilientHttpChaos:DryRun is set: the faults for '{client}' were decided and counted, and none was injected.");
            }
            else if (!_dryRun && output[ExperimentServices.Struck]?.GetValue<long>() == 0)
            {
                _notes.Add($"The faults that '{action.Name}' cleared struck no call: nothing used that client, or the name is wrong. The hypothesis was not tried.");
            }
        }
    }

    private void Add(List<string> texts, string text)
    {
        lock (_gate)
        {
            texts.Add(text);
        }
    }

    private IReadOnlyList<string> AllOf(List<string> texts)
    {
        lock (_gate)
        {
            return [.. texts.Select(secrets.Redact)];
        }
    }
}
