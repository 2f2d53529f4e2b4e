using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Fallback;

/// <summary>The fallbacks of one service in their order: delegate, stale, default. The first that answers wins.</summary>
internal sealed class ServiceFallback(ServiceState service) : IOptionsFollower
{
    private readonly ILogger _log = service.Host.CreateLogger(FallbackLog.Category);
    private readonly string _serviceText = ServiceText.Format(service.Name);
    private readonly FallbackMetrics _metrics = service.Host.GetOrCreate(static host => new FallbackMetrics(host));
    private volatile StaleFallback? _stale; // Made when stale answers are on.

    private StaleFallback Stale => _stale ?? Interlocked.CompareExchange(ref _stale, new(service), null) ?? _stale!;

    public static ServiceFallback GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new ServiceFallback(service));

    public void Use(ResilientHttpClientOptions options) => _stale?.Use(options);

    /// <summary>Notes what the caller asks, before the first attempt.</summary>
    public OriginalRequest Begin(HttpRequestMessage request, HttpFallbackOptions options) =>
        new(request.Method, options.StaleIfError > TimeSpan.Zero ? Stale.Begin(request) : null);

    /// <summary>
    /// An answer in the service's place, marked and counted, or <see langword="null"/>: then the caller gets the original outcome.
    /// </summary>
    /// <param name="call">The call that failed.</param>
    /// <param name="next">The handler that follows the fallback inwards.</param>
    /// <param name="async">Whether the caller awaits.</param>
    public async ValueTask<HttpResponseMessage?> AnswerAsync(FailedCall call, HttpMessageHandler? next, bool async)
    {
        var answer = await FromDelegatesAsync(call, async).ConfigureAwait(false);
        if (answer is not null)
        {
            return Marked(answer, FallbackKind.Delegate, call);
        }

        // A caller who left while delegates ran waits for no answer: the original outcome is what it gets.
        if (!call.IsRead || call.Context.CallerToken.IsCancellationRequested)
        {
            return null;
        }

        if (_stale?.Find(call, next) is { } stale)
        {
            return Marked(stale, FallbackKind.Stale, call);
        }

        return ConfiguredResponse.To(call) is { } fixedAnswer ? Marked(fixedAnswer, FallbackKind.Default, call) : null;
    }

    /// <summary>The end of a call, before a fallback is asked: its response may be kept, or its outcome removes what is kept.</summary>
    public void Learn(HttpResponseMessage? response, HttpRequestMessage request, CallContext context, OriginalRequest asked)
    {
        if (asked.Stale is { } call)
        {
            Stale.Learn(new(call, asked.Method, request, response, context));
        }
    }

    private async ValueTask<HttpResponseMessage?> FromDelegatesAsync(FailedCall call, bool async)
    {
        if (call.Options.Delegates.IsEmpty)
        {
            return null;
        }

        // One time for them all: HttpClient leaves one second, however many there are.
        var context = call.Context;
        using var limit = new CancellationTokenSource(FallbackDelegate.TimeFor(context), context.Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.CallerToken);
        var failed = new FallbackContext(service.Name, call.Request, call.Cause, call.Response, call.Exception, context.Attempts);
        foreach (var fallback in call.Options.Delegates)
        {
            try
            {
                var answer = await FallbackDelegate.AskAsync(fallback, failed, async, linked.Token).ConfigureAwait(false);
                if (answer is not null && answer != call.Response)
                {
                    return answer;
                }
            }
            catch (OperationCanceledException) when (context.CallerToken.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception exception)
            {
                _log.FallbackFailed(_serviceText, call.Failure, exception);
            }
        }

        return null;
    }

    private HttpResponseMessage Marked(HttpResponseMessage answer, string kind, FailedCall call)
    {
        if (answer.RequestMessage is null)
        {
            // The delegate has made it, and 1.1 is what every new response says; a gRPC client would take that for a downgrade.
            (answer.RequestMessage, answer.Version) = (call.Request, call.Request.Version);
        }

        answer.Headers.Remove(FallbackKind.Header);
        answer.Headers.TryAddWithoutValidation(FallbackKind.Header, kind);

        call.Context.FallbackKind = kind;
        Report(kind, call);
        Discard(call.Response);
        return answer;
    }

    /// <summary>The text of the failure is made only if something reads it: that of a refusal costs more than the refusal.</summary>
    private void Report(string kind, FailedCall call)
    {
        if (call.Context.Span is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new ActivityEvent(TelemetryNames.FallbackEvent, tags: new ActivityTagsCollection
            {
                { TelemetryTags.FallbackKind, kind },
                { TelemetryTags.Reason, call.Cause.Text() },
                { TelemetryTags.Failure, call.Failure },
            }));
        }

        _metrics.Answered(service.Name, kind, call.Cause);
        service.Traffic?.Count(TrafficEvent.FallbackAnswered);

        // Refused at once: the circuit has logged that it opened, and every call of the outage would log it again.
        var level = call is { Cause: FallbackCause.Refused, Context.Attempts: 1 } ? LogLevel.Debug : LogLevel.Information;
        if (_log.IsEnabled(level))
        {
            _log.FallbackAnswered(level, _serviceText, kind, call.Cause.Text(), call.Context.Attempts, call.Failure);
        }
    }

    private void Discard(HttpResponseMessage? response)
    {
        try
        {
            response?.Dispose();
        }
        catch (Exception exception)
        {
            _log.DisposalFailed(_serviceText, exception);
        }
    }
}
