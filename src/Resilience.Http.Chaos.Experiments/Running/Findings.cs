using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>The errors and notes of a run. Thread-safe, since background steps add to it concurrently.</summary>
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

    /// <summary>What makes the steady state before the method say less than it seems to.</summary>
    public void NoteBefore(ChaosExperiment experiment, IReadOnlyList<string> configuredFaults)
    {
        if (experiment is { Hypothesis: not null, SteadyState.Count: 0 })
        {
            Note("The hypothesis has no probes, so no steady state was checked.");
        }

        if (configuredFaults.Count > 0)
        {
            Note($"Faults of the configuration were active before the method ({string.Join("; ", configuredFaults)}): " +
                "the steady state was measured under them. Remove them to measure a system without faults.");
        }
    }

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
            : $"The probe '{step.Activity.Name}' was not met {when}: {JsonText.Short(step.Output)}, expected " +
                $"{((ChaosProbe)step.Activity).Tolerance}.");
    }

    /// <summary>Whether a gate has closed over the experiment's faults; if so, an error is added.</summary>
    public bool FaultsAreHeldBack(ExperimentServices tools)
    {
        if (tools.FaultsHeldBack() is not { } gate)
        {
            return false;
        }

        Error($"The faults were no longer injected, so the hypothesis was not tested: {gate}.");
        return true;
    }

    /// <summary>Notes that the hypothesis was not really tested, from the output of steps that set and clear faults.</summary>
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
                _notes.Add($"ResilientHttpChaos:DryRun is true: the faults for '{client}' were counted, but none was injected.");
            }
            else if (!_dryRun && output[ExperimentServices.Struck]?.GetValue<long>() == 0)
            {
                _notes.Add($"The faults that '{action.Name}' cleared affected no calls: the client was not used, or its name is wrong. " +
                    $"The hypothesis was not tested.");
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
