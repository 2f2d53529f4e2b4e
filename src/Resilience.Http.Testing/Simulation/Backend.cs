using System.Net;

namespace Resilience.Http.Testing.Simulation;

/// <summary>One backend: a queue, first come first served, in front of workers.</summary>
internal sealed class Backend(SimulatedService model, int number, VirtualTimeProvider clock, Random random)
{
    /// <summary>What an answer takes that needs no work.</summary>
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(1);

    private readonly Queue<PendingRequest> _waiting = new();
    private readonly HashSet<PendingRequest> _inFlight = [];
    private int _busy;
    private TimeSpan _rejectionWork;
    private (long Second, int Requests) _quota;

    public Task<HttpResponseMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        var request = new PendingRequest(_inFlight, cancellationToken);
        if (Active<SimulatedFault.Dead>() is not null)
        {
            After(RoundTrip, () => request.Fail(HttpRequestError.ConnectionError));
        }
        else if (Active<SimulatedFault.Hanging>() is not null)
        {
            _inFlight.Add(request);
        }
        else if (Active<SimulatedFault.Quota>() is { } quota && IsOver(quota))
        {
            After(RoundTrip, () => request.Answer(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)));
        }
        else if (Active<SimulatedFault.Failing>() is { } failing && random.NextDouble() < failing.Share)
        {
            After(RoundTrip, () => request.Answer(failing.Status));
        }
        else
        {
            Enqueue(request);
        }

        return request.Task;
    }

    /// <summary>A fault has begun or ended.</summary>
    public void OnFaultsChanged()
    {
        if (Active<SimulatedFault.Dead>() is not null)
        {
            _waiting.Clear();
            PendingRequest[] lost = [.. _inFlight];
            _inFlight.Clear();
            Array.ForEach(lost, static request => request.Fail(HttpRequestError.ResponseEnded));
        }

        BeginWaiting();
    }

    private void Enqueue(PendingRequest request)
    {
        if (_busy >= Workers() && _waiting.Count >= model.QueueLimit)
        {
            _rejectionWork += model.ServiceTime.Mean * model.RejectionCost;
            After(RoundTrip, () => request.Answer(HttpStatusCode.ServiceUnavailable));
            return;
        }

        _inFlight.Add(request);
        _waiting.Enqueue(request);
        BeginWaiting();
    }

    private void BeginWaiting()
    {
        while (_busy < Workers() && _waiting.TryDequeue(out var request))
        {
            if (request.Task.IsCompleted && !model.ServesAbandoned)
            {
                _inFlight.Remove(request);
            }
            else
            {
                Begin(request);
            }
        }
    }

    /// <summary>The work of rejections is done by the worker that is free next.</summary>
    private void Begin(PendingRequest request)
    {
        var work = model.ServiceTime.Draw(random) + _rejectionWork;
        _rejectionWork = TimeSpan.Zero;
        _busy++;
        After(work, () =>
        {
            _busy--;
            BeginWaiting();
            End(request);
        });
    }

    private void End(PendingRequest request)
    {
        if (Active<SimulatedFault.Slow>() is { } slow && random.NextDouble() < slow.Share)
        {
            After(slow.Delay, () => Answer(request));
        }
        else
        {
            Answer(request);
        }
    }

    private void Answer(PendingRequest request)
    {
        _inFlight.Remove(request);
        request.Answer(HttpStatusCode.OK);
    }

    private bool IsOver(SimulatedFault.Quota quota)
    {
        var second = (long)clock.Elapsed.TotalSeconds;
        _quota = _quota.Second == second ? (second, _quota.Requests + 1) : (second, 1);
        return _quota.Requests > quota.RequestsPerSecond;
    }

    private int Workers() =>
        Active<SimulatedFault.Throttled>() is { } throttled ? (int)(model.Workers * throttled.ShareOfWorkers) : model.Workers;

    private T? Active<T>()
        where T : SimulatedFault
    {
        foreach (var fault in model.Faults)
        {
            if (fault is T wanted && fault.Concerns(number, clock.Elapsed))
            {
                return wanted;
            }
        }

        return null;
    }

    private void After(TimeSpan delay, Action action) =>
        clock.CreateTimer(static action => ((Action)action!)(), action, delay, Timeout.InfiniteTimeSpan);
}
