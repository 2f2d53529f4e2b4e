using Resilience.Http.ClientSettings;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.RateLimiting;

/// <summary>Paces sends to the rate of the client and to what the service asks for.</summary>
internal sealed class RateLimitHandler(ServiceState service) : AttemptHandler(service, OptionalFeatures.RateLimit)
{
    private RateLimiter? _limiter;

    /// <summary>Made when it is first needed: most services have no rate limit.</summary>
    private RateLimiter Limiter => _limiter ??= RateLimiter.GetOrCreate(Service);

    protected override Task<HttpResponseMessage> SendAttemptAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var options = attempt.Call.Options.RateLimit;
        if (!options.Enabled || request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return NextAsync(request, attempt, async, cancellationToken);
        }

        var send = (RateLimitedSend)(attempt.RateLimitState ??= new RateLimitedSend());
        send.Begin(uri, options.QuotaKey is null ? null : Limiter.KeyOf(request, options));
        if (Limiter.TryAdmit(send, attempt))
        {
            return NextAsync(request, attempt, async, cancellationToken);
        }

        // Looked at before it is awaited: a rejection at once is not thrown a second time.
        var admission = Limiter.AdmitAsync(send, attempt, async, cancellationToken);
        return admission is { IsCompletedSuccessfully: true, Result: { Rejection: not null } rejected }
            ? Reject(rejected, request, attempt)
            : SendAdmittedAsync(admission, request, attempt, async, cancellationToken);
    }

    /// <summary>What was taken for a send that never left the chain is given back; the response to one that did is looked at.</summary>
    protected override Task<HttpResponseMessage> OnEnded(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
    {
        if (attempt.RateLimitState is not RateLimitedSend { IsOpen: true } send)
        {
            return ended;
        }

        try
        {
            if (!attempt.HasLeft)
            {
                send.GiveBack();
            }
            else if (ended.IsCompletedSuccessfully && attempt.Call.Options.RateLimit.FollowServer)
            {
                Limiter.Quotas.Observe(request, ended.Result, attempt, send.Quota);
            }
        }
        finally
        {
            send.End();
        }

        return ended;
    }

    private async Task<HttpResponseMessage> SendAdmittedAsync(
        Task<Admission> admitting, HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var admission = await admitting.ConfigureAwait(false);
        if (admission.Waited)
        {
            NoteWait(attempt);
        }

        return await (admission.Rejection is null
            ? NextAsync(request, attempt, async, cancellationToken)
            : Reject(admission, request, attempt)).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> Reject(in Admission admission, HttpRequestMessage request, AttemptContext attempt) =>
        Limiter.Rejections.Reject(request, attempt, admission.Rejection!, admission.Tag, attempt.Call.Options.RateLimit.Rejection);

    private static void NoteWait(AttemptContext attempt)
    {
        var (began, now) = (attempt.StartedAt, attempt.Call.Clock.GetTimestamp());
        attempt.WaitedUntil(now);
        if (attempt.Call.Span is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new(TelemetryNames.RateLimitWaitEvent, attempt.Call.Clock.GetUtcNow(), new()
            {
                [TelemetryTags.LimitDelay] = attempt.Call.Clock.GetElapsedTime(began, now).TotalSeconds,
            }));
        }
    }
}
