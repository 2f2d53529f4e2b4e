namespace Resilience.Http.Chaos.Registration;

/// <summary>What a check came to.</summary>
/// <param name="Options">The options.</param>
/// <param name="Mistakes">What is wrong with them.</param>
/// <param name="LikelyShares">Percentages of which a share was probably meant.</param>
internal sealed record CheckedChaos(
    HttpChaosOptions Options, IReadOnlyList<string> Mistakes, IReadOnlyList<(string Path, double Percentage)> LikelyShares);
