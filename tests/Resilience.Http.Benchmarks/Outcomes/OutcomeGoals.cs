namespace Resilience.Http.Benchmarks.Outcomes;

/// <summary>What a client of ours must reach in a scenario (docs/outcomes.md, "Goals").</summary>
internal sealed record OutcomeGoals
{
    /// <summary>Whether only a part of the backends or answers fails, so that the chain must not cost any answers.</summary>
    public bool NotBelowOthers { get; init; }

    /// <summary>The least share of calls in time.</summary>
    public double? Share { get; init; }

    /// <summary>Whether the service can do less than is asked of it, so that the answers it still gives are what counts.</summary>
    public bool Goodput { get; init; }

    /// <summary>The most seconds from the end of the failure to 99 % in time.</summary>
    public int? Recovery { get; init; }

    /// <summary>The most seconds until the circuit refuses a call.</summary>
    public int? Refusal { get; init; }

    /// <summary>The most sends per call in the worst second.</summary>
    public double? Sends { get; init; }

    public static OutcomeGoals PartFails { get; } = new() { NotBelowOthers = true };

    public static OutcomeGoals Overloaded { get; } = new() { Goodput = true, Recovery = 15, Sends = 1.2 };
}
