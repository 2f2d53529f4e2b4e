namespace Resilience.Http.Chaos.Registration;

/// <summary>What a check came to: the options, and what is wrong with them.</summary>
internal sealed record CheckedChaos(HttpChaosOptions Options, IReadOnlyList<string> Mistakes);
