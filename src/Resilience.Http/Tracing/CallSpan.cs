using System.Diagnostics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Tracing;

/// <summary>The Internal span of a call: HttpClient's own spans of all its attempts become its children, in one trace.</summary>
internal static class CallSpan
{
    private static readonly ActivitySource Source = new(TelemetryNames.Source);

    public static bool IsWanted => Source.HasListeners();

    public static Activity? Start(string name, CallContext context)
    {
        var span = Source.StartActivity(name);
        if (span is not null)
        {
            if (span.IsAllDataRequested)
            {
                span.SetTag(TelemetryTags.ServiceName, context.Service.Name);
            }

            ResendCount.CountChildrenOf(span, context.Sending = new());
        }

        return span;
    }

    public static void End(CallContext context, CallResult result, TimeSpan duration)
    {
        if (context.Span is not { } span)
        {
            return;
        }

        ResendCount.End(span, context.Sending!, context.Attempts);
        if (span.IsAllDataRequested)
        {
            Describe(span, context, result);
        }

        span.SetEndTime(span.StartTimeUtc + duration); // As long as the metric says, and the wall clock is not read again.
        span.Dispose();
    }

    /// <summary>A span that the sampler dropped is only there for its children, and needs no description.</summary>
    private static void Describe(Activity span, CallContext context, CallResult result)
    {
        if (context.Hedges > 0)
        {
            span.SetTag(TelemetryTags.Hedges, context.Hedges);
        }

        span.SetTag(TelemetryTags.Outcome, result.Outcome.Text());
        if (result.Failed)
        {
            span.SetTag(TelemetryTags.ErrorType, result.ErrorType);
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
