using Resilience.Http.Chaos.Experiments.Running;
using Resilience.Http.Chaos.Experiments.Toolkit;

namespace Resilience.Http;

/// <summary>
/// An experiment on a running system: what is true of it while it is well (the steady state), what is done to it (the method), and how
/// it is put back (the rollbacks). Written in code, or read from a file in the Chaos Toolkit's JSON format.
/// </summary>
public sealed class ChaosExperiment
{
    /// <summary>What is asked, in one line: "Orders are taken while payments is down".</summary>
    public required string Title { get; init; }

    /// <summary>Why it is asked, for whoever reads the journal.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Description { get; init; }

    /// <summary>What should stay true, in one line: "No order fails, and none takes longer than a second".</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Hypothesis { get; init; }

    /// <summary>
    /// The checks of the hypothesis, each with a tolerance. All are made before the method (one that is not met stops the experiment before
    /// anything is injected) and all again after it, while the faults are still in force.
    /// </summary>
    /// <value>Default: none, which only explores.</value>
    /// <exception cref="ArgumentException">A probe has no tolerance.</exception>
    public IReadOnlyList<ChaosProbe> SteadyState
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.FirstOrDefault(static probe => probe.Tolerance is null) is { } open
                ? throw new ArgumentException($"The probe '{open.Name}' of the steady state has no tolerance: say what its value must be.", nameof(value))
                : value;
        }
    } = [];

    /// <summary>What is done, step by step. An action that fails ends the method, and what was injected is taken back.</summary>
    public IReadOnlyList<ChaosActivity> Method { get; init; } = [];

    /// <summary>How the system is put back. They run whenever the method has begun: after success, failure and cancellation alike.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<ChaosAction> Rollbacks { get; init; } = [];

    /// <summary>How long the method lasts at least: after its last step the runner waits for what is left before it checks the steady state again.</summary>
    /// <value>Default: no time, as long as its steps take. Allowed: up to 49 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer.</exception>
    public TimeSpan Duration
    {
        get;
        init => field = TimerTime.Wait(value);
    }

    /// <summary>How long each rollback may take before it counts as failed and the next one begins.</summary>
    /// <value>Default: 1 minute. Allowed: more than no time; 49 days are the longest that is waited for.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is not more than no time.</exception>
    public TimeSpan RollbackTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMinutes(1);

    /// <summary>The JSON that the experiment was read from, secrets blanked; <see langword="null"/> for one written in code.</summary>
    internal LocatedJson? Source { get; init; }

    /// <summary>What its texts must not show; of one written in code nothing is known.</summary>
    internal Secrets Secrets { get; init; } = new();

    /// <summary>Reads an experiment from a file in the Chaos Toolkit's JSON format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="variables">
    /// Values that go before those of the file's own <c>configuration</c>; all names must be declared there. Each is read as what is declared:
    /// a number in the place of a number, and of the <c>env_var_type</c> where there is one.
    /// </param>
    /// <exception cref="ChaosExperimentFormatException">The file says something that is wrong or not supported; all of it is told at once, with line numbers.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ChaosExperiment Load(string path, IReadOnlyDictionary<string, string>? variables = null) =>
        ExperimentReader.Read(File.ReadAllBytes(path), path, variables);

    /// <summary>Reads an experiment from text in the Chaos Toolkit's JSON format.</summary>
    /// <param name="json">The text.</param>
    /// <param name="variables">
    /// Values that go before those of the text's own <c>configuration</c>; all names must be declared there. Each is read as what is declared:
    /// a number in the place of a number, and of the <c>env_var_type</c> where there is one.
    /// </param>
    /// <exception cref="ChaosExperimentFormatException">The text says something that is wrong or not supported; all of it is told at once, with line numbers.</exception>
    public static ChaosExperiment Parse(string json, IReadOnlyDictionary<string, string>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ExperimentReader.Read(System.Text.Encoding.UTF8.GetBytes(json), "experiment", variables);
    }
}
