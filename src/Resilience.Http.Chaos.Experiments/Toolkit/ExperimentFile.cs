using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>What an experiment file says.</summary>
/// <param name="Title">The title.</param>
/// <param name="Description">The description.</param>
/// <param name="Hypothesis">The title of the hypothesis; <see langword="null"/> if there is none.</param>
/// <param name="SteadyState">The probes of the hypothesis.</param>
/// <param name="Method">The steps.</param>
/// <param name="Rollbacks">The rollbacks.</param>
/// <param name="Source">The file as the journal repeats it, without the values of its secrets.</param>
/// <param name="Secrets">The values that no text may show.</param>
internal sealed record ExperimentFile(
    string Title,
    string? Description,
    string? Hypothesis,
    IReadOnlyList<ChaosProbe> SteadyState,
    IReadOnlyList<ChaosActivity> Method,
    IReadOnlyList<ChaosAction> Rollbacks,
    LocatedJson Source,
    Secrets Secrets);
