namespace Resilience.Http.Chaos.Registration;

/// <summary>The result of a check.</summary>
/// <param name="Options">The options.</param>
/// <param name="Mistakes">The mistakes in them.</param>
/// <param name="LikelyShares">Percentages that are probably meant as a share.</param>
internal sealed record CheckedChaos(
    HttpChaosOptions Options, IReadOnlyList<string> Mistakes, IReadOnlyList<(string Path, double Percentage)> LikelyShares);
