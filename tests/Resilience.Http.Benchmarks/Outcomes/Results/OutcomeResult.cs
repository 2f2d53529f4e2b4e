namespace Resilience.Http.Benchmarks.Outcomes.Results;

/// <summary>One line of a file of results.</summary>
internal sealed record OutcomeResult(string Scenario, int Pass, int Seconds, string Contender, OutcomeFigures Figures);
