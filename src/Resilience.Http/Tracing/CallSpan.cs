using System.Diagnostics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Tracing;

/// <summary>The Internal span of a call: HttpClient's own spans of all its attempts become its children, in one trace.</summary>
internal static class CallSpan
{
    private static readonly ActivitySource Source = new(TelemetryNames.Source);

    public static bool IsWanted => Source.HasListeners();

    public static Activity? Start(HttpRequestMessage request, CallContext context)
    {
        var service = context.Service.Name;
        var span = Source.StartActivity(context.Settings.OperationName ?? $"{Verb(request.Method)} {ServiceText.Format(service)}");
        if (span is not null)
        {
            ResendCount.CountChildrenOf(span, context.Sending = new());
            span.SetTag(TelemetryTags.ServiceName, service);
        }

        return span;
    }

    /// <summary>
    /// A method that is not registered would be a name of its own for every caller; OpenTelemetry puts HTTP in its place.
    /// </summary>
    private static string Verb(HttpMethod method) => HttpMethods.Known(method) is var known && known == HttpMethods.Other ? "HTTP" : known;

    public static void End(Activity? span, CallContext context, CallResult result)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag(TelemetryTags.Attempts, context.Attempts);
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

        span.Dispose();
    }
}
