using System.Globalization;
using System.Text;
using System.Text.Json;
using Resilience.Http.Chaos.Experiments.Running;

namespace Resilience.Http;

/// <summary>The result of an experiment.</summary>
public sealed class ChaosExperimentResult
{
    internal ChaosExperimentResult(ChaosExperiment experiment) => Experiment = experiment;

    /// <summary>The experiment that was run.</summary>
    public ChaosExperiment Experiment { get; }

    /// <summary>The title of the experiment.</summary>
    public string Title => Experiment.Title;

    /// <summary>The hypothesis of the experiment.</summary>
    public string? Hypothesis => Experiment.Hypothesis;

    /// <summary>The outcome.</summary>
    public ChaosOutcome Outcome { get; internal set; }

    /// <summary>Whether the hypothesis held and the system was restored.</summary>
    public bool Succeeded => Outcome == ChaosOutcome.Held;

    /// <summary>The exit code for the process: 0 if the hypothesis held, otherwise the number of <see cref="Outcome"/>.</summary>
    public int ExitCode => (int)Outcome;

    /// <summary>When the run started.</summary>
    public DateTimeOffset StartedAt { get; internal init; }

    /// <summary>How long the run took, including rollbacks.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>The steady state before the method; <see langword="null"/> if the experiment has none.</summary>
    public ChaosSteadyState? Before { get; internal set; }

    /// <summary>The steady state after the method; <see langword="null"/> if it was not checked.</summary>
    public ChaosSteadyState? After { get; internal set; }

    /// <summary>The steps of the method that started.</summary>
    public IReadOnlyList<ChaosStepResult> Method { get; internal set; } = [];

    /// <summary>The rollbacks, including those that the runner added for faults that were still set.</summary>
    public IReadOnlyList<ChaosStepResult> Rollbacks { get; internal set; } = [];

    /// <summary>What went wrong, one line each.</summary>
    public IReadOnlyList<string> Errors { get; internal set; } = [];

    /// <summary>Further remarks, one line each.</summary>
    public IReadOnlyList<string> Notes { get; internal set; } = [];

    /// <summary>Whether a tolerance was not met after the method started.</summary>
    public bool Deviated =>
        After is { Met: false } || Method.Any(static step => step.ToleranceMet == false);

    /// <summary>The outcome before the rollbacks.</summary>
    internal ChaosOutcome Reached { get; set; }

    /// <summary>
    /// Writes the journal: JSON in the Chaos Toolkit's format, with <c>success</c>, <c>outcome</c>, <c>errors</c> and <c>notes</c> in
    /// addition.
    /// </summary>
    /// <param name="utf8">The stream to write to. It is left open.</param>
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
