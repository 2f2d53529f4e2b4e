using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// One service on a virtual clock, with the two time limits and, in the place of retry and breaker, an <see cref="AttemptProbe"/>.
/// </summary>
internal sealed class TimeoutWorld : IDisposable
{
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public TimeoutWorld(Action<ResilientHttpClientOptions>? configure = null, TimeProvider? clock = null, string name = "payments")
    {
        configure?.Invoke(Options);
        Host = new ResilienceRuntime(clock ?? Clock, chance: null, Log, _meters.GetRequiredService<IMeterFactory>());
        Service = new ServiceState(name, Host, Options);
        Probe = new AttemptProbe(Service);
    }

    public VirtualTimeProvider Clock { get; } = new();

    public ResilientHttpClientOptions Options { get; } = new();

    public LogLines Log { get; } = new();

    public ResilienceRuntime Host { get; }

    public ServiceState Service { get; }

    public AttemptProbe Probe { get; }

    public IMeterFactory Meters => _meters.GetRequiredService<IMeterFactory>();

    public TimeoutLeasePool Leases => TimeoutLeasePool.GetOrCreate(Host);

    public static HttpRequestMessage Get() => new(HttpMethod.Get, "https://user:secret@payments.internal/charges?key=secret");

    /// <summary>
    /// The chain around a primary handler, as <see cref="HttpMessageInvoker"/>, so that nothing but the chain stands between caller and
    /// server.
    /// </summary>
    public HttpMessageInvoker Invoker(HttpMessageHandler primary) => new(Chain(primary));

    /// <summary>The same behind a real HttpClient whose own timeout is out of the way: it counts on the system's clock.</summary>
    public HttpClient Client(HttpMessageHandler primary) => new(Chain(primary)) { Timeout = Timeout.InfiniteTimeSpan };

    public HttpMessageHandler Chain(HttpMessageHandler primary)
    {
        Probe.InnerHandler = new AttemptTimeoutHandler(Service) { InnerHandler = primary };
        return new TotalTimeoutHandler(Service) { InnerHandler = Probe };
    }

    public ScriptedServer Server(Action<ServerScript> script) => new(script, Clock);

    /// <summary>Sends one GET and lets the clock run until it ends.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpMessageHandler primary, HttpRequestMessage? request = null, CancellationToken cancellationToken = default)
    {
        var invoker = Invoker(primary);
        return Clock.RunAsync(() => invoker.SendAsync(request ?? Get(), cancellationToken));
    }

    public async Task<RequestTimedOutException> TimesOutAsync(HttpMessageHandler primary, HttpRequestMessage? request = null) =>
        await Assert.ThrowsAsync<RequestTimedOutException>(() => SendAsync(primary, request));

    public void Dispose() => _meters.Dispose();
}
