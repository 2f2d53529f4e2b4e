using System.Globalization;
using System.Text;
using System.Text.Json;
using Resilience.Http.Chaos.Experiments.Running;

namespace Resilience.Http;

/// <summary>What an experiment came to.</summary>
public sealed class ChaosExperimentResult
{
    internal ChaosExperimentResult(ChaosExperiment experiment) => Experiment = experiment;

    /// <summary>The experiment.</summary>
    public ChaosExperiment Experiment { get; }

    /// <summary>Its title.</summary>
    public string Title => Experiment.Title;

    /// <summary>Its hypothesis.</summary>
    public string? Hypothesis => Experiment.Hypothesis;

    /// <summary>What it came to.</summary>
    public ChaosOutcome Outcome { get; internal set; }

    /// <summary>Whether the hypothesis held and all was put back.</summary>
    public bool Succeeded => Outcome == ChaosOutcome.Held;

    /// <summary>The number to end the process with: 0 where the hypothesis held, else that of <see cref="Outcome"/>.</summary>
    public int ExitCode => (int)Outcome;

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; internal init; }

    /// <summary>How long it took, rollbacks included.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>The steady state before the method; <see langword="null"/> where the experiment has none.</summary>
    public ChaosSteadyState? Before { get; internal set; }

    /// <summary>The steady state after the method; <see langword="null"/> where it was not checked.</summary>
    public ChaosSteadyState? After { get; internal set; }

    /// <summary>The steps of the method that began.</summary>
    public IReadOnlyList<ChaosStepResult> Method { get; internal set; } = [];

    /// <summary>The rollbacks, those included that the runner added for what the experiment left behind.</summary>
    public IReadOnlyList<ChaosStepResult> Rollbacks { get; internal set; } = [];

    /// <summary>What went wrong, one line each.</summary>
    public IReadOnlyList<string> Errors { get; internal set; } = [];

    /// <summary>What is worth knowing besides, one line each.</summary>
    public IReadOnlyList<string> Notes { get; internal set; } = [];

    /// <summary>Whether a tolerance was not met after the method had begun.</summary>
    public bool Deviated =>
        After is { Met: false } || Method.Any(static step => step.ToleranceMet == false);

    /// <summary>What it had come to before the rollbacks.</summary>
    internal ChaosOutcome Reached { get; set; }

    /// <summary>Writes the journal: JSON in the shape of the Chaos Toolkit's, with <c>success</c>, <c>outcome</c>, <c>errors</c> and <c>notes</c> besides.</summary>
    /// <param name="utf8">Where to; it is left open.</param>
    public void WriteJournal(Stream utf8)
    {
        using var writer = new Utf8JsonWriter(utf8, new JsonWriterOptions { Indented = true });
        JournalWriter.Write(writer, this);
    }

    /// <summary>The journal as text.</summary>
    public string ToJournal()
    {
        using var utf8 = new MemoryStream();
        WriteJournal(utf8);
        return Encoding.UTF8.GetString(utf8.GetBuffer(), 0, (int)utf8.Length);
    }

    /// <summary>The result in a few lines, as a console shows it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Words(Outcome)} ({Duration.TotalSeconds:0.0} s): {Title}");
        foreach (var line in Errors.Concat(Notes.Select(static note => "note: " + note)))
        {
            text.AppendLine().Append("  ").Append(line);
        }

        return text.ToString();
    }

    private static string Words(ChaosOutcome outcome) => outcome switch
    {
        ChaosOutcome.Held => "The hypothesis held",
        ChaosOutcome.Deviated => "The hypothesis did not hold",
        ChaosOutcome.NotSteady => "Not started: the steady state was not met",
        ChaosOutcome.Aborted => "Aborted: the hypothesis was not tested",
        ChaosOutcome.Interrupted => "Interrupted",
        _ => "ROLLBACK FAILED",
    };
}
