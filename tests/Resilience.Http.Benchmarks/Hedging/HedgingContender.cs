using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Hedging;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Hedging;

/// <summary>A client as an app registers it.</summary>
internal sealed record HedgingContender(string Key, string Title, Func<IServiceCollection, IHttpClientBuilder> Register)
{
    public const string ClientName = "service";

    /// <summary>Somebody who knows the service would choose it: three times the usual duration.</summary>
    private static readonly TimeSpan TunedDelay = TimeSpan.FromMilliseconds(30);

    public static readonly HedgingContender[] All =
    [
        new("plain", "plain HttpClient", static services => services.AddHttpClient(ClientName)),
        new("mehr", "Http.Resilience standard hedging", static services =>
        {
            var builder = services.AddHttpClient(ClientName);
            builder.AddStandardHedgingHandler();
            return builder;
        }),
        new("mehr-tuned", "Http.Resilience standard hedging, delay 30 ms", static services =>
        {
            var builder = services.AddHttpClient(ClientName);
            builder.AddStandardHedgingHandler().Configure(static options => options.Hedging.Delay = TunedDelay);
            return builder;
        }),
        new("polly-tuned", "Polly.Core hedging, delay 30 ms", static services =>
            services.AddHttpClient(ClientName).AddHttpMessageHandler(static () => new PollyHedgingHandler(TunedDelay))),
        new("ours", "Resilience.Http, hedging on, nothing tuned", static services =>
            services.AddResilientHttpClient(ClientName, static options => options.Hedging.Enabled = true)),
    ];

    public static HedgingContender ByKey(string key) => All.First(contender => contender.Key == key);

    /// <summary>Polly.Core's hedging strategy around the inner handler, with a request of its own for each send.</summary>
    private sealed class PollyHedgingHandler(TimeSpan delay) : DelegatingHandler
    {
        private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddHedging(new HedgingStrategyOptions<HttpResponseMessage> { Delay = delay })
            .AddTimeout(Figures.AttemptTimeout)
            .Build();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _pipeline.ExecuteAsync(
                static (call, token) => new ValueTask<HttpResponseMessage>(call.Handler.SendCopyAsync(call.Request, token)),
                (Handler: this, Request: request),
                cancellationToken).AsTask();

        private Task<HttpResponseMessage> SendCopyAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            base.SendAsync(new HttpRequestMessage(request.Method, request.RequestUri), cancellationToken);
    }
}
