using System.Net;

namespace Resilience.Http.Tests.Retry.Storms;

/// <summary>
/// One worker behind a queue without bound, first come first served. It stalls once. It does not learn that a caller has given up, so it
/// serves abandoned requests too: that is what keeps an outage alive when its cause is gone. No script: a
/// ScriptedServer keeps a record of every request, bodies included, and a storm has very many.
/// </summary>
internal sealed class StormServer : HttpMessageHandler
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _service;
    private readonly long _stallBegins;
    private readonly long _stallEnds;
    private readonly Queue<Waiting> _queue = new();
    private readonly ITimer _next;
    private long _busyUntil;

    public StormServer(TimeProvider clock, double requestsPerSecond, long stallBegins, long stallEnds)
    {
        _clock = clock;
        _service = TimeSpan.FromSeconds(1 / requestsPerSecond);
        _stallBegins = stallBegins;
        _stallEnds = stallEnds;
        _next = clock.CreateTimer(_ => Serve(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Received { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Received++;
        _busyUntil = Finish(Math.Max(_busyUntil, _clock.GetTimestamp()));
        var waiting = new Waiting(_busyUntil, cancellationToken);
        _queue.Enqueue(waiting);
        if (_queue.Count == 1)
        {
            ArmFor(waiting);
        }

        return waiting.Task;
    }

    protected override void Dispose(bool disposing)
    {
        _next.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>When work that begins now is done: the clock counts in ticks, and no work is done during the stall.</summary>
    private long Finish(long begins)
    {
        begins = begins >= _stallBegins && begins < _stallEnds ? _stallEnds : begins;
        var ends = begins + _service.Ticks;
        return begins < _stallBegins && ends > _stallBegins ? ends + (_stallEnds - _stallBegins) : ends;
    }

    private void Serve()
    {
        while (_queue.TryPeek(out var first) && first.Done <= _clock.GetTimestamp())
        {
            _queue.Dequeue();
            first.Answer();
        }

        if (_queue.TryPeek(out var next))
        {
            ArmFor(next);
        }
    }

    private void ArmFor(Waiting waiting) =>
        _next.Change(TimeSpan.FromTicks(waiting.Done - _clock.GetTimestamp()), Timeout.InfiniteTimeSpan);

    /// <summary>A request in the queue. Its continuations run at once, on the one thread of the simulation.</summary>
    private sealed class Waiting : TaskCompletionSource<HttpResponseMessage>
    {
        private readonly CancellationTokenRegistration _abandoned;

        public Waiting(long done, CancellationToken cancellationToken)
        {
            Done = done;
            _abandoned = cancellationToken.UnsafeRegister(static (self, token) => ((Waiting)self!).TrySetCanceled(token), this);
        }

        public long Done { get; }

        public void Answer()
        {
            _abandoned.Dispose();
            if (!Task.IsCompleted)
            {
                TrySetResult(new HttpResponseMessage(HttpStatusCode.OK));
            }
        }
    }
}
