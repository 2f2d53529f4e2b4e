namespace Resilience.Http;

/// <summary>Settings of the retry budget of one service: calls that succeed pay in, retries take out.</summary>
public sealed class HttpRetryBudgetOptions
{
    /// <summary>Whether retries are bounded by the budget.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>What a call pays in whose first attempt succeeded, in retries: 0.2 earns one retry in five calls.</summary>
    /// <value>Default: 0.2. Allowed: 0 to 1.</value>
    public double Ratio { get; set; } = 0.2;

    /// <summary>What flows in by itself, in retries a second, so that a client with few calls can retry too.</summary>
    /// <value>Default: 1. Allowed: 0 to 1,000.</value>
    public double MinRetriesPerSecond { get; set; } = 1;

    /// <summary>The most the budget holds, in retries. At start it holds 10, or its capacity where that is smaller.</summary>
    /// <value>Default: 100. Allowed: 1 to 100,000.</value>
    public int Capacity { get; set; } = 100;

    internal HttpRetryBudgetOptions Copy() => (HttpRetryBudgetOptions)MemberwiseClone();
}
