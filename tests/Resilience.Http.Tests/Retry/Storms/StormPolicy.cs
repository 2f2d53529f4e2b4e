namespace Resilience.Http.Tests.Retry.Storms;

/// <summary>What the clients of a storm do. All have a timeout of one second for an attempt.</summary>
internal sealed record StormPolicy(string Name, Action<ResilientHttpClientOptions> Configure)
{
    public static readonly StormPolicy None = new("no retry", options =>
    {
        options.Retry.Enabled = false;
        options.CircuitBreaker.Enabled = false;
    });

    public static readonly StormPolicy Naive = new("naive retry: 3, after 200 ms", options =>
    {
        options.Retry.Backoff = HttpRetryBackoff.Constant;
        options.Retry.Jitter = HttpRetryJitter.None;
        options.Retry.Budget.Enabled = false;
        options.CircuitBreaker.Enabled = false;
    });

    public static readonly StormPolicy BudgetAlone = new("retry, budget alone", options => options.CircuitBreaker.Enabled = false);

    public static readonly StormPolicy BreakerAlone = new("retry, circuit breaker alone", options => options.Retry.Budget.Enabled = false);

    public static readonly StormPolicy Both = new("both (the default)", static _ => { });

    public static readonly StormPolicy[] All = [None, Naive, BudgetAlone, BreakerAlone, Both];

    public ResilientHttpClientOptions Options()
    {
        var options = new ResilientHttpClientOptions { AttemptTimeout = TimeSpan.FromSeconds(1) };
        Configure(options);
        return options;
    }

    public override string ToString() => Name;
}
