using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>
/// The least code that leaves the span and the duration of a call that the chain leaves, with as many tags: what it costs is the part of
/// .NET and of the listeners.
/// </summary>
internal sealed class MinimalTelemetryHandler(IMeterFactory meters) : DelegatingHandler
{
    /// <summary>The name of the chain's own source and meter, so that the same listeners hear it.</summary>
    private const string Source = "Resilience.Http";

    private static readonly ActivitySource Spans = new(Source);
    private static readonly object One = 1;

    private readonly Histogram<double> _duration = meters.Create(Source).CreateHistogram<double>("minimal.call.duration", "s");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var span = Spans.StartActivity("GET bench");
        span?.SetTag("resilience.service.name", "bench");
        var call = base.SendAsync(request, cancellationToken);
        if (!call.IsCompletedSuccessfully)
        {
            return EndAsync(call, span, start);
        }

        End(span, start);
        return call;
    }

    private async Task<HttpResponseMessage> EndAsync(Task<HttpResponseMessage> call, Activity? span, long start)
    {
        var response = await call.ConfigureAwait(false);
        End(span, start);
        return response;
    }

    private void End(Activity? span, long start)
    {
        if (_duration.Enabled)
        {
            _duration.Record(
                Stopwatch.GetElapsedTime(start).TotalSeconds,
                new("resilience.service.name", "bench"),
                new("http.request.method", "GET"),
                new KeyValuePair<string, object?>("resilience.outcome", "success"));
        }

        span?.SetTag("resilience.attempts", One);
        span?.SetTag("resilience.outcome", "success");
        span?.Dispose();
    }
}
