namespace Resilience.Http;

/// <summary>
/// The retry budget of one service. Calls that succeed add to it, retries take from it, and a retry that succeeds gives back what it took.
/// </summary>
public sealed class HttpRetryBudgetOptions
{
    /// <summary>Whether the budget limits retries.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>What each successful call adds to the budget, in retries. With 0.2, five such calls pay for one retry that fails.</summary>
    /// <value>Default: 0.2. Allowed: 0 to 1.</value>
    public double Ratio { get; set; } = 0.2;

    /// <summary>What is added over time, in retries per second, so that a client with few calls can retry too.</summary>
    /// <value>Default: 1. Allowed: 0 to 1,000.</value>
    public double MinRetriesPerSecond { get; set; } = 1;

    /// <summary>The most that the budget can hold, in retries. It starts with 10, or with its capacity if that is smaller.</summary>
    /// <value>Default: 100. Allowed: 1 to 100,000.</value>
    public int Capacity { get; set; } = 100;

    internal HttpRetryBudgetOptions Copy() => (HttpRetryBudgetOptions)MemberwiseClone();
}
