using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Transitions noted under a circuit's lock and told outside it, in the order in which they happened.</summary>
internal sealed class TransitionQueue(CircuitKey name, TimeProvider clock, TransitionHandler listener)
{
    private readonly Lock _gate = new();
    private readonly Queue<(CircuitTransition Transition, TransitionDetails Details)> _untold = new();
    private volatile bool _anyUntold;
    private bool _telling;

    /// <summary>Notes that one period follows another, if that is a transition.</summary>
    public void Note(CircuitStateBase from, CircuitStateBase to)
    {
        if (from.State == to.State)
        {
            return;
        }

        var transition = new CircuitTransition
        {
            ServiceName = name.Service,
            Authority = name.Authority,
            From = from.State,
            To = to.State,
            Reason = to.Reason!,
            At = to.Since,
            TraceId = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : null,
        };
        var details = new TransitionDetails(
            IsReopening: to.State == CircuitState.Open && from.Memory.Breaks > 0,
            Lasted: clock.GetElapsedTime(from.BeganAt, to.BeganAt),
            RetryAfter: to.RetryAfterAtStart);
        lock (_gate)
        {
            _untold.Enqueue((transition, details));
            _anyUntold = true;
        }
    }

    /// <summary>Tells what has not been told. Where another thread is telling already, that one goes on with the rest.</summary>
    public void Publish()
    {
        // Nearly always there is nothing to tell: no lock to find that out.
        while (_anyUntold && TryTake(out var transition, out var details))
        {
            try
            {
                listener(name, transition, details);
            }
            finally
            {
                lock (_gate)
                {
                    _telling = false;
                }
            }
        }
    }

    private bool TryTake([NotNullWhen(true)] out CircuitTransition? transition, out TransitionDetails details)
    {
        lock (_gate)
        {
            (transition, details) = (null, default);
            if (!_telling)
            {
                _anyUntold = _telling = _untold.TryDequeue(out var next);
                (transition, details) = next;
            }

            return transition is not null;
        }
    }
}
