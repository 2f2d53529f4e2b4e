using Resilience.Http.Chaos.Experiments.Toolkit;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http;

/// <summary>
/// An experiment on a running system: what is true while it works (the steady state), what is done to it (the method), and how it is
/// restored (the rollbacks). It is written in code, or read from a file in the Chaos Toolkit's JSON format.
/// </summary>
public sealed class ChaosExperiment
{
    /// <summary>The question, in one line: "Orders are taken while payments is down".</summary>
    public required string Title { get; init; }

    /// <summary>The reason for the experiment, for readers of the journal.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Description { get; init; }

    /// <summary>What should stay true, in one line: "No order fails, and none takes longer than a second".</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Hypothesis { get; init; }

    /// <summary>
    /// The checks of the hypothesis, each with a tolerance. All run before the method (one that is not met stops the experiment before
    /// anything is injected) and again after it, while the faults are still active.
    /// </summary>
    /// <value>Default: none; nothing is checked then.</value>
    /// <exception cref="ArgumentException">A probe has no tolerance.</exception>
    public IReadOnlyList<ChaosProbe> SteadyState
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.FirstOrDefault(static probe => probe.Tolerance is null) is { } open
                ? throw new ArgumentException(
                    $"The probe '{open.Name}' of the steady state has no tolerance. Set the tolerance that its value must meet.",
                    nameof(value))
                : value;
        }
    } = [];

    /// <summary>
    /// The steps, in order. If an action fails, the method ends, the injected faults are removed, and the rollbacks run.
    /// </summary>
    public IReadOnlyList<ChaosActivity> Method { get; init; } = [];

    /// <summary>
    /// The steps that restore the system. They run whenever the method has started: after success, failure and cancellation.
    /// </summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<ChaosAction> Rollbacks { get; init; } = [];

    /// <summary>
    /// The minimum duration of the method: after its last step, the runner waits for the remaining time before it checks the steady state
    /// again.
    /// </summary>
    /// <value>Default: zero, as long as the steps take. Allowed: up to 49 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer.</exception>
    public TimeSpan Duration
    {
        get;
        init => field = TimerTime.Wait(value);
    }

    /// <summary>How long each rollback may take before it counts as failed and the next one starts.</summary>
    /// <value>Default: 1 minute. Allowed: more than zero; more than 49 days count as 49 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative.</exception>
    public TimeSpan RollbackTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The JSON that the experiment was read from, without its secrets; <see langword="null"/> for an experiment in code.
    /// </summary>
    internal LocatedJson? Source { get; init; }

    /// <summary>The values that no text may show; none for an experiment in code.</summary>
    internal Secrets Secrets { get; init; } = new();

    /// <summary>Reads an experiment from a file in the Chaos Toolkit's JSON format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="variables">
    /// Values that replace those of the file's <c>configuration</c>; all names must be declared there. Each is read with the declared type:
    /// a number if the declared value is one, or the <c>env_var_type</c> if there is one.
    /// </param>
    /// <exception cref="ChaosExperimentFormatException">The file has mistakes or unsupported fields. The exception lists all of them with
    /// line numbers.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ChaosExperiment Load(string path, IReadOnlyDictionary<string, string>? variables = null) =>
        From(ExperimentReader.Read(File.ReadAllBytes(path), path, variables));

    /// <summary>Reads an experiment from text in the Chaos Toolkit's JSON format.</summary>
    /// <param name="json">The text.</param>
    /// <param name="variables">
    /// Values that replace those of the text's <c>configuration</c>; all names must be declared there. Each is read with the declared type:
    /// a number if the declared value is one, or the <c>env_var_type</c> if there is one.
    /// </param>
    /// <exception cref="ChaosExperimentFormatException">The text has mistakes or unsupported fields. The exception lists all of them with
    /// line numbers.</exception>
    public static ChaosExperiment Parse(string json, IReadOnlyDictionary<string, string>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return From(ExperimentReader.Read(System.Text.Encoding.UTF8.GetBytes(json), "experiment", variables));
    }

    internal static ChaosExperiment From(ExperimentFile file) => new()
    {
        Title = file.Title,
        Description = file.Description,
        Hypothesis = file.Hypothesis,
        SteadyState = file.SteadyState,
        Method = file.Method,
        Rollbacks = file.Rollbacks,
        Source = file.Source,
        Secrets = file.Secrets,
    };
}
