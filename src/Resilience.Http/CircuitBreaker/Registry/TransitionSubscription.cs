using Microsoft.Extensions.Logging;

namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>
/// One subscriber with its own queue. A slow one delays no other and no call; if its queue is full, the oldest transition is dropped.
/// </summary>
internal sealed class TransitionSubscription(Action<CircuitTransition> handler, ILogger log) : IThreadPoolWorkItem
{
    public const int MostWaiting = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<CircuitTransition> _waiting = new();
    private bool _running;
    private long _lost;

    public Action<CircuitTransition> Handler { get; } = handler;

    public void Post(CircuitTransition transition)
    {
        lock (_gate)
        {
            if (_waiting.Count == MostWaiting)
            {
                _waiting.Dequeue(); // The oldest: what a subscriber holds of the state of the world stays right in the end.
                _lost++;
            }

            _waiting.Enqueue(transition);
            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TakeNext() is var (transition, lost))
        {
            if (lost > 0)
            {
                ListenerGuard.Run(() => log.TransitionsLost(lost));
            }

            try
            {
                Handler(transition);
            }
            catch (Exception exception)
            {
                ListenerGuard.Run(() => log.SubscriberFailed(transition.ServiceName, transition.Authority, exception));
            }
        }
    }

    private (CircuitTransition Transition, long Lost)? TakeNext()
    {
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out var transition))
            {
                _running = false;
                return null;
            }

            var lost = _lost;
            _lost = 0;
            return (transition, lost);
        }
    }
}
