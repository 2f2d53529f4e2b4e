using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;
using Resilience.Http.Settings;

namespace Resilience.Http;

/// <summary>
/// The resilience chain for a <c>new HttpClient(...)</c>, without a container. Its state (circuits, retry budget, stale answers) lives and
/// dies with it: make one per service and keep it as long as the app runs.
/// </summary>
/// <remarks>
/// Set <see cref="HttpClient.Timeout"/> to more than the total timeout, or to <see cref="Timeout.InfiniteTimeSpan"/>: it is 100 seconds and
/// cuts longer calls. <see cref="ResilientHttpClientOptions.BaseAddress"/> belongs to the HttpClient: set it there.
/// </remarks>
public sealed class ResilientHttpHandler : DelegatingHandler
{
    private readonly ResilienceRuntime _host;

    private ResilientHttpHandler(ServiceState service, HttpMessageHandler innerHandler)
    {
        _host = service.Host;
        Circuits = CircuitRegistry.GetOrCreate(_host);
        KnownAddresses.Refresh(service);
        SecondLayerTelemetry.GetOrCreate(service).Look([innerHandler]);
        var next = SentRequestHandler.NextToPrimary(innerHandler, service);
        foreach (var handler in ResilienceChain.HandlersFor(service).Reverse())
        {
            handler.InnerHandler = next;
            next = handler;
        }

        InnerHandler = next;
        StaleWarning.GetOrCreate(service).Check(next);
    }

    /// <summary>The circuits of this handler's service.</summary>
    public ICircuitRegistry Circuits { get; }

    /// <summary>Makes the chain for one service.</summary>
    /// <param name="serviceName">The name of the service that is called: in its logs, metrics and spans, and in its exceptions.</param>
    /// <param name="options">Its settings. They are copied: later changes to them have no effect.</param>
    /// <param name="innerHandler">
    /// What sends the attempts; disposed with this handler. <see langword="null"/> makes a <see cref="SocketsHttpHandler"/> whose
    /// connections are replaced every 2 minutes, so that changes in DNS are seen.
    /// </param>
    /// <param name="timeProvider">The clock; <see langword="null"/> is the system's.</param>
    /// <param name="loggerFactory">Where it logs; <see langword="null"/> is nowhere.</param>
    /// <param name="meterFactory">What measures it; <see langword="null"/> is nothing.</param>
    /// <returns>The handler for <c>new HttpClient(handler)</c>.</returns>
    /// <exception cref="ArgumentException">The name is empty or holds a <c>:</c>.</exception>
    /// <exception cref="OptionsValidationException">The settings are wrong; all mistakes are in the message.</exception>
    public static ResilientHttpHandler Create(
        string serviceName,
        ResilientHttpClientOptions options,
        HttpMessageHandler? innerHandler = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        IMeterFactory? meterFactory = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        ArgumentNullException.ThrowIfNull(options);
        if (serviceName.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException($"A service name has no ':', but this one is '{serviceName}'.", nameof(serviceName));
        }

        var host = new ResilienceRuntime(timeProvider, chance: null, loggerFactory, meterFactory);
        return new ResilientHttpHandler(
            new ServiceState(serviceName, host, Checked(serviceName, options.Copy())), innerHandler ?? Sockets(meterFactory));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _host.End();
        }

        base.Dispose(disposing);
    }

    private static ResilientHttpClientOptions Checked(string serviceName, ResilientHttpClientOptions options)
    {
        var reading = new OptionsReadResult(serviceName);
        ResilientHttpClientOptionsKeys.Keys.Check(options, prefix: "", reading);
        if (options.Fleet is { Enabled: true })
        {
            reading.AddError($"{serviceName}: Fleet:Enabled is true, but a handler without a container has no fleet");
        }

        if (options.RateLimit is { Enabled: true, Scope: HttpRateLimitScope.Fleet })
        {
            reading.AddError($"{serviceName}: RateLimit:Scope is Fleet, but a handler without a container has no fleet");
        }

        return reading.Mistakes.Count == 0
            ? options
            : throw new OptionsValidationException(serviceName, typeof(ResilientHttpClientOptions), reading.Mistakes);
    }

    private static SocketsHttpHandler Sockets(IMeterFactory? meterFactory) => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MeterFactory = meterFactory,
    };
}
