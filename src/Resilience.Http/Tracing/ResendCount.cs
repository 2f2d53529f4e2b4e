using System.Diagnostics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Tracing;

/// <summary>
/// Sets <c>http.request.resend_count</c> on HttpClient's own spans of a call, from the second on; a redirect counts too, and so does what a
/// handler inside the chain sends of its own (<see href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/"/>). It listens to
/// System.Net.Http without sampling anything, so it neither makes spans nor depends on OpenTelemetry. The counter travels on our span, so
/// no AsyncLocal is needed: while the call runs it is the value of the tag that has the number of attempts in the end. A custom property
/// would be a dictionary of 170 bytes for each call.
/// </summary>
internal static class ResendCount
{
    private const string HttpClientSource = "System.Net.Http";
    private const string LosersProperty = "Resilience.Http.Losers";

    /// <summary>Nearly all calls have few attempts: their numbers are boxed once.</summary>
    private static readonly object[] SmallNumbers = [.. Enumerable.Range(0, 10).Select(static number => (object)number)];

    /// <summary>Attached at the first span that somebody wanted, once for the process: sources are the process's too.</summary>
    private static readonly Lazy<ActivityListener> Listener = new(Attach);

    public static void CountChildrenOf(Activity span, SendCounter count)
    {
        _ = Listener.Value;
        span.SetTag(TelemetryTags.Attempts, count);
    }

    /// <summary>The call has ended. Sends that lost may end after it.</summary>
    public static void End(Activity span, SendCounter count, int attempts)
    {
        if (count.HasLosers)
        {
            span.SetCustomProperty(LosersProperty, count);
        }

        span.SetTag(TelemetryTags.Attempts, attempts < SmallNumbers.Length ? SmallNumbers[attempts] : attempts);
    }

    private static ActivityListener Attach()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == HttpClientSource,
            Sample = static (ref _) => ActivitySamplingResult.None,
            ActivityStarted = Count,
            ActivityStopped = ClearLoser,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>
    /// A send that was canceled because another one won is not an error, but HttpClient marks it as one. An exporter that sends spans in
    /// batches sees it as it is left here. The status comes first: all spans of HttpClient in the process end here, and few are errors.
    /// </summary>
    private static void ClearLoser(Activity attempt)
    {
        if (attempt is { Status: ActivityStatusCode.Error, Parent: { } span }
            && (CounterOf(span) ?? span.GetCustomProperty(LosersProperty)) is SendCounter { HasLosers: true }
            && attempt.GetTagItem(TelemetryTags.ErrorType) is string error
            && (error == typeof(TaskCanceledException).FullName || error == typeof(OperationCanceledException).FullName))
        {
            attempt.SetTag(TelemetryTags.ErrorType, null);
            attempt.SetStatus(ActivityStatusCode.Unset);
        }
    }

    private static void Count(Activity attempt)
    {
        if (attempt.Parent is { } span && CounterOf(span)?.Next() is > 0 and var resends)
        {
            attempt.SetTag(TelemetryTags.ResendCount, resends);
        }
    }

    private static SendCounter? CounterOf(Activity span) => span.GetTagItem(TelemetryTags.Attempts) as SendCounter;
}
