namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>All contenders, a line each.</summary>
internal static class Clients
{
    public static readonly Contender Bare =
        new("bare HttpClient", server => new HttpClient(server));

    public static readonly Contender BareWithoutTimeout =
        new("bare, Timeout infinite", server => new HttpClient(server) { Timeout = Timeout.InfiniteTimeSpan });

    public static readonly Contender OnePassThrough =
        new("1 pass-through handler", server => new HttpClient(PassThroughHandler.Chain(1, server)));

    public static readonly Contender FivePassThroughs =
        new("5 pass-through handlers", server => new HttpClient(PassThroughHandler.Chain(5, server)));

    /// <summary>At its best: its total timeout makes that of HttpClient superfluous, and a client without one is cheaper.</summary>
    public static readonly Contender Polly =
        new("Polly.Core, 4 strategies", server => new HttpClient(new PollyHandler(server)) { Timeout = Timeout.InfiniteTimeSpan });

    public static readonly Contender PollyWithTimeout =
        new("Polly.Core, Timeout 100 s", server => new HttpClient(new PollyHandler(server)));

    public static readonly Contender Ours = Contenders.Ours.Created("Resilience.Http");

    /// <summary>Where every call is retried no success pays for it, and a budget would run dry within the first slice.</summary>
    public static readonly Contender OursWithoutBudget =
        Contenders.Ours.Created("Resilience.Http, retry budget off", options => options.Retry.Budget.Enabled = false);

    public static readonly Contender OursResponding =
        Contenders.Ours.Created("Resilience.Http, Respond", options => options.CircuitBreaker.Rejection = HttpCircuitBreakerRejection.Respond);

    public static readonly Contender BareRegistered = Contenders.Ours.BareRegistered("AddHttpClient");

    public static readonly Contender OursRegistered = Contenders.Ours.Registered("AddResilientHttpClient");

    /// <summary>
    /// With limits short enough that calls that hang do not stop the soak. One call in nine fails, and at thousands of calls a second five in a
    /// row are a matter of seconds: without the rule of failures in a row, or it would be a soak of refusals.
    /// </summary>
    public static readonly Contender OursSoaked = Contenders.Ours.Created("Resilience.Http", options =>
    {
        options.TotalTimeout = TimeSpan.FromSeconds(5);
        options.AttemptTimeout = TimeSpan.FromMilliseconds(250);
        options.Retry.BaseDelay = TimeSpan.FromMilliseconds(10);
        options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromSeconds(1);
        options.CircuitBreaker.FailureThreshold = 0;
    });
}
