using System.Globalization;
using Microsoft.Extensions.Logging;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Retry;

/// <summary>Reports what was repeated, what was not and why, and how it ended: to the span, the metrics and the log.</summary>
internal sealed class RetryTelemetry
{
    private readonly string _service;
    private readonly string _named;
    private readonly RetryMetrics _metrics;
    private readonly ILogger _log;
    private int _unsafeTold;

    private RetryTelemetry(ServiceState service)
    {
        (_service, _named) = (service.Name, ServiceText.Format(service.Name));
        _metrics = RetryMetrics.GetOrCreate(service.Host);
        _log = service.Host.CreateLogger(RetryLog.Category);
    }

    /// <summary>Whether the outcomes of earlier attempts are logged at the end, which costs a text for each.</summary>
    public bool WantsReasons => _log.IsEnabled(LogLevel.Warning);

    public static RetryTelemetry GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new RetryTelemetry(service));

    /// <summary>The attempt just made is repeated now, after a wait.</summary>
    public void Repeats(CallContext context, TimeSpan waited)
    {
        _metrics.Retried(_service);
        if (context.Span is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new(TelemetryNames.RetryEvent, context.Clock.GetUtcNow(), new()
            {
                [TelemetryTags.Attempts] = context.Attempts,
                [TelemetryTags.Reason] = Reason(context),
                [TelemetryTags.Delay] = waited.TotalSeconds,
            }));
        }
    }

    /// <summary>The last attempt is made.</summary>
    /// <param name="reason">Why it is the last.</param>
    /// <param name="judgement">What it came to; a refused one has none.</param>
    /// <param name="context">The call.</param>
    /// <param name="request">The request.</param>
    /// <param name="earlier">What the attempts before it came to.</param>
    public void Ended(RetryStopReason reason, Judgement judgement, CallContext context, HttpRequestMessage request, string? earlier)
    {
        if (reason == RetryStopReason.Success)
        {
            Succeeded(context, request, earlier);
            return;
        }

        if (judgement.Verdict is AttemptVerdict.Transient or AttemptVerdict.Retryable && !context.Attempt.Refused)
        {
            _metrics.Suppressed(_service, reason);
        }

        if (reason == RetryStopReason.UnsafeMethod && Interlocked.Exchange(ref _unsafeTold, 1) == 0)
        {
            UnsafeMethodNotRepeated(context, request);
        }

        if (IsWorthALine(judgement, context) && _log.IsEnabled(LogLevel.Warning))
        {
            _log.CallFailed(
                _named,
                Authority.Find(request.RequestUri),
                Method(context, request),
                context.Attempts,
                Hedges(context),
                Elapsed(context),
                Reasons(earlier, context),
                reason.Text());
        }
    }

    public void DisposalFailed(Exception exception) => _log.DisposalFailed(_named, exception);

    /// <summary>What the attempts came to, the one just made included.</summary>
    public static string? Reasons(string? earlier, CallContext context) =>
        earlier is null ? Reason(context) : $"{earlier}, {Reason(context)}";

    private void UnsafeMethodNotRepeated(CallContext context, HttpRequestMessage request)
    {
        if (context.IsGrpc)
        {
            _log.GrpcMethodNotRepeated(_named, Authority.Find(request.RequestUri), context.Attempt.Uri?.AbsolutePath.TrimStart('/'));
        }
        else
        {
            _log.UnsafeMethodNotRepeated(_named, Authority.Find(request.RequestUri), Method(context, request));
        }
    }

    /// <summary>
    /// Whether a call that did not succeed is logged. One that was repeated always is, so that every retried call can be found. One that
    /// was refused at once is not: the opening of the circuit was logged. Nor is one whose only attempt was not the service's failure.
    /// </summary>
    private static bool IsWorthALine(Judgement judgement, CallContext context) =>
        context.Attempts > 1
        || (!context.Attempt.Refused
            && (judgement.Verdict is AttemptVerdict.Transient or AttemptVerdict.Failure or AttemptVerdict.Retryable
                || judgement.Is(JudgementTraits.DeadlinePassed)));

    private static string? Reason(CallContext context) => context.Attempt.FiredTimeout switch
    {
        _ when context.Attempt.Refused => RefusedBy(context.Attempt.ExceededLimit),
        _ when context.Attempt.Judged is { } judgement && judgement.Is(JudgementTraits.CallerCanceled) => "canceled by the caller",
        TimeoutScope.Attempt => "attempt timeout",
        TimeoutScope.Total => "total timeout",
        TimeoutScope.Incoming => "incoming deadline",
        TimeoutScope.Shutdown => "shutdown of the app",
        _ => context.LastOutcome,
    };

    private static string RefusedBy(HttpLimit? limit) => limit switch
    {
        null => "refused by the circuit",
        HttpLimit.Concurrency => "rejected by the concurrency limit",
        HttpLimit.Rate => "rejected by the rate limit",
        _ => "rejected, because the service asked its callers to wait",
    };

    /// <summary>The caller's method: a redirect may have changed a POST to a GET since then.</summary>
    private static HttpMethod Method(CallContext context, HttpRequestMessage request) =>
        context.Sent.IsTaken ? context.Sent.Method : request.Method;

    /// <summary>How many sends went out beside those of the attempts, as part of a sentence; nothing for nearly all calls.</summary>
    private static string Hedges(CallContext context) =>
        context.Hedges == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {context.Hedges} hedge(s)");

    private static double Elapsed(CallContext context) => context.Clock.GetElapsedTime(context.StartedAt).TotalSeconds;

    private void Succeeded(CallContext context, HttpRequestMessage request, string? earlier)
    {
        if (context.Attempts > 1 && _log.IsEnabled(LogLevel.Information))
        {
            _log.CallRecovered(
                _named,
                Authority.Find(request.RequestUri),
                Method(context, request),
                context.Attempts,
                Hedges(context),
                Elapsed(context),
                earlier);
        }
    }
}
