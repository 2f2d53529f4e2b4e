using System.Collections.Concurrent;
using System.Diagnostics;

namespace Resilience.Http.Tests.Tracing;

/// <summary>The finished spans of one service; listeners hear the whole process, so other tests' spans are left out by name.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public RecordedSpans(string service)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Resilience.Http",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (service.Equals(span.GetTagItem("resilience.service.name")))
                {
                    _spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public Activity Single => Assert.Single(_spans);

    public void Dispose() => _listener.Dispose();
}
