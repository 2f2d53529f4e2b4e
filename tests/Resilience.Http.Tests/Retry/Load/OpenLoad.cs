using Resilience.Http.Chain;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry.Load;

/// <summary>
/// Calls that come independently of each other at a steady rate, through the real chain, on a virtual clock. One thread runs all of it, so
/// the same seed gives the same figures. The calls of the first seconds are not counted: they spend what the budget starts with.
/// </summary>
internal sealed class OpenLoad : IDisposable
{
    private const int WarmUpSeconds = 10;

    private readonly VirtualTimeProvider _clock;
    private readonly Random _random;
    private readonly double _offered;
    private readonly HttpMessageInvoker _client;
    private readonly ITimer _arrivals;
    private int _calls;
    private int _succeeded;
    private int _sent;
    private bool _counts;

    private OpenLoad(
        Func<VirtualTimeProvider, Random, HttpMessageHandler> server, ResilientHttpClientOptions options, double offered, int seed)
    {
        _clock = new VirtualTimeProvider();
        _random = new Random(seed);
        _offered = offered;
        var service = new ServiceState("load", new ResilienceRuntime(_clock, _random.NextDouble), options);
        HttpMessageHandler inner = new Counter(this) { InnerHandler = server(_clock, _random) };
        foreach (var handler in ResilienceChain.HandlersFor(service).Reverse())
        {
            handler.InnerHandler = inner;
            inner = handler;
        }

        _client = new HttpMessageInvoker(inner);
        _arrivals = _clock.CreateTimer(_ => Arrive(), null, Gap(), Timeout.InfiniteTimeSpan);
    }

    /// <param name="server">What answers.</param>
    /// <param name="options">The settings of the client; the circuit breaker is off, so that the budget is seen alone.</param>
    /// <param name="offered">Calls per second.</param>
    /// <param name="seed">The seed of the arrivals, the jitter and the server.</param>
    /// <param name="seconds">How long the calls are counted.</param>
    public static LoadResult Run(
        Func<VirtualTimeProvider, Random, HttpMessageHandler> server,
        ResilientHttpClientOptions options,
        double offered,
        int seed,
        int seconds = 60)
    {
        options.CircuitBreaker.Enabled = false;
        using var load = new OpenLoad(server, options, offered, seed);
        load._clock.Advance(TimeSpan.FromSeconds(WarmUpSeconds));
        load._counts = true;
        load._clock.Advance(TimeSpan.FromSeconds(seconds));
        load._arrivals.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        load._clock.Advance(TimeSpan.FromSeconds(60)); // What is under way comes to its end.
        return new((double)load._succeeded / load._calls, (double)load._sent / load._calls, (double)load._succeeded / seconds);
    }

    public void Dispose()
    {
        _arrivals.Dispose();
        _client.Dispose();
    }

    private void Arrive()
    {
        _ = CallAsync(_counts);
        _arrivals.Change(Gap(), Timeout.InfiniteTimeSpan);
    }

    private async Task CallAsync(bool counts)
    {
        _calls += counts ? 1 : 0;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://load.internal/");
            using var response = await _client.SendAsync(request, CancellationToken.None);
            _succeeded += counts && response.IsSuccessStatusCode ? 1 : 0;
        }
        catch (Exception exception) when (exception is HttpRequestException or RequestTimedOutException)
        {
            // A call that failed.
        }
    }

    private TimeSpan Gap() => TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / _offered);

    private sealed class Counter(OpenLoad load) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            load._sent += load._counts ? 1 : 0;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
