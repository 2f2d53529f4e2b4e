using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.ClientSettings;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;
using Resilience.Http.Settings;

namespace Resilience.Http;

/// <summary>
/// The resilience chain for a <c>new HttpClient(...)</c>, without a container. The circuits, the retry budget and the stale answers belong
/// to this handler, so create one per service and use it as long as the app runs.
/// </summary>
/// <remarks>
/// Set <see cref="HttpClient.Timeout"/> to more than the total timeout, or to <see cref="Timeout.InfiniteTimeSpan"/>. Its default is 100
/// seconds, and it ends longer calls. Set the base address on the HttpClient, because <see cref="ResilientHttpClientOptions.BaseAddress"/>
/// has no effect here.
/// </remarks>
public sealed class ResilientHttpHandler : DelegatingHandler
{
    private readonly ResilienceRuntime _host;

    private ResilientHttpHandler(ServiceState service, HttpMessageHandler innerHandler)
    {
        _host = service.Host;
        Circuits = CircuitRegistry.GetOrCreate(_host);
        KnownAddresses.Refresh(service);
        SecondLayerTelemetry.Look(service, [], innerHandler);
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

    /// <summary>Creates the chain for one service.</summary>
    /// <param name="serviceName">The name of the service that is called. It appears in logs, metrics, spans and exceptions.</param>
    /// <param name="options">The settings. They are copied, so later changes to the object have no effect.</param>
    /// <param name="innerHandler">
    /// The handler that sends the attempts. It is disposed with this handler. If <see langword="null"/>, a <see cref="SocketsHttpHandler"/>
    /// is created, whose connections are replaced every 2 minutes to follow DNS changes.
    /// </param>
    /// <param name="timeProvider">The clock; <see langword="null"/> means the system clock.</param>
    /// <param name="loggerFactory">The factory of its loggers. If <see langword="null"/>, nothing is logged.</param>
    /// <param name="meterFactory">The factory of its meter. If <see langword="null"/>, nothing is measured.</param>
    /// <returns>The handler for <c>new HttpClient(handler)</c>.</returns>
    /// <exception cref="ArgumentException">The name is empty or contains a <c>:</c>.</exception>
    /// <exception cref="OptionsValidationException">The settings are wrong. The exception lists all mistakes.</exception>
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
