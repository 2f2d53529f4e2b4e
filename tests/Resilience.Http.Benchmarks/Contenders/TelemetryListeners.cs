namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>Which of the library's signals somebody listens to.</summary>
[Flags]
internal enum TelemetryListeners
{
    Nobody = 0,
    Spans = 1,
    Metrics = 2,

    /// <summary>The OpenTelemetry SDK, as an app has it: it hears the library, HttpClient and Polly.</summary>
    OpenTelemetry = 4,
}
