using Microsoft.Extensions.Logging;

namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>Hands transitions to the subscribers of <see cref="ICircuitRegistry.Transitioned"/>, each in its own time.</summary>
internal sealed class TransitionPublisher(ILogger log)
{
    private readonly Lock _gate = new();
    private volatile TransitionSubscription[] _subscribers = [];

    public void Add(Action<CircuitTransition>? handler)
    {
        if (handler is null)
        {
            return;
        }

        lock (_gate)
        {
            _subscribers = [.. _subscribers, new(handler, log)];
        }
    }

    /// <summary>Takes the last subscription of that handler back, as an event does.</summary>
    public void Remove(Action<CircuitTransition>? handler)
    {
        lock (_gate)
        {
            var index = Array.FindLastIndex(_subscribers, subscriber => subscriber.Handler == handler);
            if (index >= 0)
            {
                _subscribers = [.. _subscribers[..index], .. _subscribers[(index + 1)..]];
            }
        }
    }

    public void Publish(CircuitTransition transition)
    {
        foreach (var subscriber in _subscribers)
        {
            subscriber.Post(transition);
        }
    }
}
