using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>All contenders, a line each.</summary>
internal static class Clients
{
    public static readonly Contender Bare =
        new("bare HttpClient", server => new HttpClient(server));

    public static readonly Contender BareWithoutTimeout = Bare.WithoutTimeout("bare, Timeout infinite");

    public static readonly Contender OnePassThrough =
        new("1 pass-through handler", server => new HttpClient(PassThroughHandler.Chain(1, server)));

    public static readonly Contender FivePassThroughs =
        new("5 pass-through handlers", server => new HttpClient(PassThroughHandler.Chain(5, server)));

    public static readonly Contender PollyWithTimeout =
        new(
            "Polly.Core, Timeout 100 s",
            server => new HttpClient(new PollyHandler(PollyPipelines.WithFigures()) { InnerHandler = server }));

    public static readonly Contender OursWithTimeout = Contenders.Ours.Created("Resilience.Http, Timeout 100 s");

    /// <summary>Where every call is retried no success pays for it, and a budget would run dry within the first slice.</summary>
    public static readonly Contender OursWithTimeoutWithoutBudget =
        Contenders.Ours.Created("Resilience.Http, budget off, Timeout 100 s", options => options.Retry.Budget.Enabled = false);

    // Those that have a total timeout of their own, at their best.
    public static readonly Contender Polly = PollyWithTimeout.WithoutTimeout("Polly.Core, 4 strategies");

    public static readonly Contender Ours = OursWithTimeout.WithoutTimeout("Resilience.Http");

    public static readonly Contender OursHedging = Contenders.Ours
        .Created("Resilience.Http, hedging", options => options.Hedging.Enabled = true)
        .WithoutTimeout("Resilience.Http, hedging");

    /// <summary>No pause of the machine is long enough for a hedge, which would let the call end on another thread.</summary>
    public static readonly Contender OursHedgingLate = Contenders.Ours
        .Created("", options => options.Hedging = new() { Enabled = true, Delay = TimeSpan.FromMinutes(1) })
        .WithoutTimeout("Resilience.Http, hedging late");

    public static readonly Contender OursWithoutBudget = OursWithTimeoutWithoutBudget.WithoutTimeout("Resilience.Http, retry budget off");

    public static readonly Contender OursResponding = Contenders.Ours
        .Created("", options => options.CircuitBreaker.Rejection = HttpRejection.Respond)
        .WithoutTimeout("Resilience.Http, Respond");

    public static readonly Contender OursWithLimit = Contenders.Ours
        .Created("", options => options.ConcurrencyLimit.Enabled = true)
        .WithoutTimeout("Resilience.Http, ConcurrencyLimit");

    public static readonly Contender OursWithAdaptiveLimit = Contenders.Ours
        .Created("", options => options.ConcurrencyLimit = new() { Enabled = true, Mode = HttpConcurrencyLimitMode.Adaptive })
        .WithoutTimeout("Resilience.Http, ConcurrencyLimit adaptive");

    /// <summary>The in-memory response has no headers before something looks for them; one of a socket has.</summary>
    public static readonly Contender OursWithRateLimit = Contenders.Ours
        .Created("", options => options.RateLimit = new()
        {
            Enabled = true,
            Permits = 1_000_000,
            Per = TimeSpan.FromMilliseconds(1),
            FollowServer = false,
        })
        .WithoutTimeout("Resilience.Http, RateLimit");

    public static readonly Contender OursWithEndpoints = Contenders.Ours
        .Created("", options => options.Endpoints.Addresses = [Endpoint("http://service.test"), Endpoint("http://other.test")])
        .WithoutTimeout("Resilience.Http, two Endpoints");

    public static readonly Contender OursWithDeadline = Contenders.Ours
        .Created("", options => options.Deadline.Propagate = true)
        .WithoutTimeout("Resilience.Http, Deadline:Propagate");

    public static readonly Contender OursInFleet = Contenders.Ours.InFleet("").WithoutTimeout("Resilience.Http, Fleet");

    /// <summary>What <see cref="OursInFleet"/> and <see cref="OursCounted"/> have to be compared with.</summary>
    public static readonly Contender OursFromFactory = Contenders.Ours.Registered("").WithoutTimeout("AddResilientHttpClient, no Timeout");

    public static readonly Contender OursCounted = Contenders.Ours.Monitored("").WithoutTimeout("Resilience.Http, monitored");

    public static readonly Contender BareRegistered = Contenders.Ours.BareRegistered("AddHttpClient");

    public static readonly Contender PollyRegistered = Contenders.Ours.FromFactory(
        "AddHttpClient, Polly.Core",
        static services => services.AddHttpClient(Contenders.Ours.ServiceName)
            .AddHttpMessageHandler(static () => new PollyHandler(PollyPipelines.WithFigures())));

    public static readonly Contender MehrRegistered =
        Contenders.Ours.FromFactory(
            "AddStandardResilienceHandler",
            static services => services.AddHttpClient(Contenders.Ours.ServiceName).AddStandardWithFigures());

    /// <summary>It comes from a factory only; without that one's logging handlers it stands beside those that are created.</summary>
    public static readonly Contender Mehr = Contenders.Ours
        .FromFactory(
            "Http.Resilience, standard handler",
            static services => services.AddHttpClient(Contenders.Ours.ServiceName).RemoveAllLoggers().AddStandardWithFigures())
        .WithoutTimeout("Http.Resilience, standard handler");

    public static readonly Contender OursRegistered = Contenders.Ours.Registered("AddResilientHttpClient");

    public static readonly Contender OursMonitored = Contenders.Ours.Monitored("AddResilientHttpClient, monitored");

    /// <summary>
    /// With limits short enough that calls that hang do not stop the soak. One call in nine fails, and at thousands of calls a second five
    /// in a row are a matter of seconds: without the rule of failures in a row, or it would be a soak of refusals.
    /// </summary>
    public static readonly Contender OursSoaked = Contenders.Ours.Created("Resilience.Http", options =>
    {
        options.TotalTimeout = TimeSpan.FromSeconds(5);
        options.AttemptTimeout = TimeSpan.FromMilliseconds(250);
        options.Retry.BaseDelay = TimeSpan.FromMilliseconds(10);
        options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromSeconds(1);
        options.CircuitBreaker.FailureThreshold = 0;
    });

    private static HttpEndpoint Endpoint(string address) => new(new Uri(address));
}
