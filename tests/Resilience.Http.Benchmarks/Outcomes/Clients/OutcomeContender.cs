using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Outcomes.Clients;

/// <summary>A client as an app registers it. The key names it on the command line and in results.</summary>
internal sealed record OutcomeContender(string Key, string Title, Func<IServiceCollection, IHttpClientBuilder> Register)
{
    public const string ClientName = "service";

    public static readonly OutcomeContender Plain = new("plain", "plain HttpClient", static services => services.AddHttpClient(ClientName));

    public static readonly OutcomeContender Ours = new(
        "ours", "Resilience.Http", static services => services.AddResilientHttpClient(ClientName));

    /// <summary>Everybody with the defaults that its documentation names.</summary>
    public static readonly OutcomeContender[] Defaults =
    [
        Plain,
        WithPolly("polly", "Polly.Core, four strategies", static () => new PollyHandler(PollyPipelines.WithDefaults())),
        new("mehr", "Http.Resilience standard", static services =>
        {
            var builder = services.AddHttpClient(ClientName);
            builder.AddStandardResilienceHandler();
            return builder;
        }),
        new("mehr-hedging", "Http.Resilience standard hedging", static services =>
        {
            var builder = services.AddHttpClient(ClientName);
            builder.AddStandardHedgingHandler();
            return builder;
        }),
        Ours,
    ];

    /// <summary>The peers as their documentation advises.</summary>
    public static readonly OutcomeContender[] Tuned =
    [
        WithPolly("polly-tuned", "Polly.Core, tuned", static () => new PollyHandler(PollyPipelines.AsDocumented())),
        new("mehr-tuned", "Http.Resilience standard, tuned", static services =>
        {
            var builder = services.AddHttpClient(ClientName);
            builder.AddStandardResilienceHandler(static options => Mehr.AsDocumented(options.CircuitBreaker));
            return builder;
        }),
        new("mehr-hedging-tuned", "Http.Resilience hedging, tuned", static services =>
        {
            var builder = services.AddHttpClient(ClientName);
            builder.AddStandardHedgingHandler().Configure(static options =>
            {
                options.Hedging.MaxHedgedAttempts = 3;
                options.Hedging.Delay = TimeSpan.FromSeconds(1);
                Mehr.AsDocumented(options.Endpoint.CircuitBreaker);
            });
            return builder;
        }),
    ];

    /// <summary>Ours with a concurrency limit. They run only if <c>--contenders</c> asks for them.</summary>
    public static readonly OutcomeContender[] Limited =
    [
        WithLimit("fixed", "Resilience.Http, fixed limit of 1,000", HttpConcurrencyLimitMode.Fixed),
        WithLimit("adaptive", "Resilience.Http, adaptive limit", HttpConcurrencyLimitMode.Adaptive),
    ];

    public static IEnumerable<OutcomeContender> AllOurs => [Ours, .. Limited];

    public static IEnumerable<OutcomeContender> All => [.. Defaults, .. Tuned, .. Limited];

    public static OutcomeContender ByKey(string key) => All.FirstOrDefault(contender => contender.Key == key)
        ?? throw new ArgumentException($"'{key}' is not a contender: {string.Join(", ", All.Select(static contender => contender.Key))}.");

    private static OutcomeContender WithLimit(string key, string title, HttpConcurrencyLimitMode mode) => new(
        key,
        title,
        services => services.AddResilientHttpClient(ClientName, options =>
        {
            options.ConcurrencyLimit.Enabled = true;
            options.ConcurrencyLimit.Mode = mode;
        }));

    private static OutcomeContender WithPolly(string key, string title, Func<DelegatingHandler> create) =>
        new(key, title, services => services.AddHttpClient(ClientName).AddHttpMessageHandler(create));
}
