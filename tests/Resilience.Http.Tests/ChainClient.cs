using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Resilience.Http.Chain;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests;

/// <summary>An HttpClient over the real chain, linked by hand, for tests of one feature.</summary>
internal sealed class ChainClient : IDisposable
{
    public ChainClient(
        HttpMessageHandler server,
        Action<ResilientHttpClientOptions>? configure = null,
        TimeProvider? clock = null,
        ILoggerFactory? loggers = null,
        IMeterFactory? meters = null,
        Func<double>? chance = null,
        DelegatingHandler? inside = null,
        string name = "payments",
        Action<ResilienceRuntime>? prepare = null,
        CancellationToken stopping = default)
    {
        var options = new ResilientHttpClientOptions();
        configure?.Invoke(options);
        var host = new ResilienceRuntime(clock, chance ?? (static () => 0.5), loggers, meters, stopping);
        prepare?.Invoke(host);
        Service = new ServiceState(name, host, options);
        var handlers = ResilienceChain.HandlersFor(Service).Cast<DelegatingHandler>().Concat(inside is null ? [] : [inside]).ToArray();
        for (var i = 0; i < handlers.Length - 1; i++)
        {
            handlers[i].InnerHandler = handlers[i + 1];
        }

        handlers[^1].InnerHandler = SentRequestHandler.NextToPrimary(server, Service);
        Http = new HttpClient(handlers[0]) { BaseAddress = new Uri("https://payments.internal/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public ServiceState Service { get; }

    public HttpClient Http { get; }

    public void Dispose() => Http.Dispose();
}
