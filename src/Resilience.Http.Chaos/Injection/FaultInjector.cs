using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Resilience.Http.Chaos.Faults;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Chaos.Injection;

/// <summary>Injects the faults that were chosen for a call.</summary>
internal sealed class FaultInjector(ResilienceRuntime host)
{
    private readonly FaultLimiter _places = new();
    private readonly ChaosMetrics _metrics = new(host);
    private readonly ILogger _log = host.CreateLogger(ChaosLog.Category);

    public Task<HttpResponseMessage> SendAsync(
        string client, ActiveChaos chaos, HttpRequestMessage request, ChaosHandler.Primary primary, CancellationToken cancellationToken)
    {
        var decision = chaos.Decide(request, host.Clock);
        if (decision.IsNone)
        {
            return primary.SendAsync(request, cancellationToken);
        }

        if (chaos.DryRun)
        {
            ReportDryRun(client, decision, request);
            return primary.SendAsync(request, cancellationToken);
        }

        if (_places.TryTake(chaos.MaxActiveFaults) is { } place)
        {
            chaos.Plan.CountStrike();
            return InjectAsync(client, decision, place, request, primary, cancellationToken);
        }

        _log.FaultLeftOut(client, chaos.MaxActiveFaults);
        return primary.SendAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> InjectAsync(
        string client,
        FaultDecision decision,
        FaultSlot place,
        HttpRequestMessage request,
        ChaosHandler.Primary primary,
        CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        var placeIsOurs = true;
        try
        {
            if (decision.Latency is { } latency)
            {
                Report(client, InjectedFault.Latency, request, Milliseconds(latency));
                await WaitAsync(latency, primary.Async, cancellationToken).ConfigureAwait(false);
            }

            response = decision.Abort is { } abort
                ? await AbortAsync(client, abort, request, primary.Async, cancellationToken).ConfigureAwait(false)
                : await primary.SendAsync(request, cancellationToken).ConfigureAwait(false);

            var slow = decision is { Abort: null, BytesPerSecond: not null } && !IsTunnel(request, response);
            Mark(response, decision, slow);
            if (slow)
            {
                var pace = decision.BytesPerSecond!.Value;
                Report(client, InjectedFault.SlowBody, request, string.Create(CultureInfo.InvariantCulture, $"{pace} B/s"));
                response.Content = new SlowBodyContent(response.Content, pace, host.Clock, place);
                placeIsOurs = false; // the body's, from here on
            }

            return response;
        }
        finally
        {
            if (placeIsOurs)
            {
                place.Dispose();
            }
        }
    }

    private async ValueTask<HttpResponseMessage> AbortAsync(
        string client, AbortFault abort, HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        Report(client, InjectedFault.Abort, request, abort.Kind);
        if (abort.Hangs)
        {
            await WaitAsync(Timeout.InfiniteTimeSpan, async, cancellationToken).ConfigureAwait(false);
        }

        if (abort.Exception is { } create)
        {
            var exception = create(request);
            exception.Data[ChaosTelemetry.ExceptionMark] = abort.Kind;
            throw exception;
        }

        return abort.Answer(request);
    }

    private ValueTask WaitAsync(TimeSpan duration, bool async, CancellationToken cancellationToken)
    {
        if (async)
        {
            return new(Task.Delay(duration, host.Clock, cancellationToken));
        }

        try
        {
            ClockWait.Block(duration, host.Clock, cancellationToken);
            return default;
        }
        catch (OperationCanceledException exception)
        {
            // as HttpClient's own handlers do
            throw new TaskCanceledException(exception.Message, exception.InnerException, cancellationToken);
        }
    }

    /// <summary>A tunnel (of a WebSocket: a 101, over HTTP/2 a CONNECT) goes both ways, and must stay writable.</summary>
    private static bool IsTunnel(HttpRequestMessage request, HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.SwitchingProtocols || request.Method == HttpMethod.Connect;

    /// <summary>The response belongs to this call alone, so that it can be changed.</summary>
    private static void Mark(HttpResponseMessage response, FaultDecision decision, bool slow)
    {
        Span<string?> kinds =
        [
            decision.Latency is null ? null : InjectedFault.Latency.Text(),
            decision.Abort is null ? null : InjectedFault.Abort.Text(),
            slow ? InjectedFault.SlowBody.Text() : null,
        ];
        foreach (var kind in kinds)
        {
            if (kind is not null)
            {
                response.Headers.TryAddWithoutValidation(ChaosTelemetry.Header, kind);
            }
        }
    }

    private void Report(string client, InjectedFault fault, HttpRequestMessage request, string detail)
    {
        _metrics.Injected(client, fault, dryRun: false);
        _log.FaultInjected(client, fault.Text(), request.Method.Method, Path(request), detail);
        Activity.Current?.AddEvent(new ActivityEvent(ChaosTelemetry.InjectedEvent, host.Clock.GetUtcNow(), new ActivityTagsCollection
        {
            [TelemetryTags.ServiceName] = client,
            [ChaosTelemetry.Fault] = fault.Text(),
        }));
    }

    private void ReportDryRun(string client, FaultDecision decision, HttpRequestMessage request)
    {
        if (decision.Latency is { } latency)
        {
            ReportDryRun(client, InjectedFault.Latency, request, Milliseconds(latency));
        }

        if (decision.Abort is { } abort)
        {
            ReportDryRun(client, InjectedFault.Abort, request, abort.Kind);
        }
        else if (decision.BytesPerSecond is { } pace)
        {
            ReportDryRun(client, InjectedFault.SlowBody, request, string.Create(CultureInfo.InvariantCulture, $"{pace} B/s"));
        }
    }

    private void ReportDryRun(string client, InjectedFault fault, HttpRequestMessage request, string detail)
    {
        _metrics.Injected(client, fault, dryRun: true);
        _log.FaultDecided(client, fault.Text(), request.Method.Method, Path(request), detail);
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.#} ms");

    /// <summary>The path without the query, which may hold secrets.</summary>
    private static string? Path(HttpRequestMessage request) => request.RequestUri is { IsAbsoluteUri: true } uri ? uri.AbsolutePath : null;
}
