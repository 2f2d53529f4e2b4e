using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// A stream of calls over one circuit: each begins at its time, takes what the server needs at that time, and ends as the server says.
/// Retries are left out, so what is seen is the breaker alone.
/// </summary>
internal sealed class Traffic(CircuitFixture lab)
{
    private readonly PriorityQueue<Action, (TimeSpan At, int Order)> _events = new();
    private readonly TimeSpan _start = lab.Clock.Elapsed;
    private int _order;

    public int Sent { get; private set; }

    public int Refused { get; private set; }

    /// <summary>Time on the traffic's own clock.</summary>
    public TimeSpan Now => lab.Clock.Elapsed - _start;

    /// <summary>When the circuit first opened.</summary>
    public TimeSpan? OpenedAt { get; private set; }

    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>One call at a time; the answer is asked for when it is sent.</summary>
    /// <param name="at">When.</param>
    /// <param name="answer">From the call's number to how long it takes and what comes of it (<see langword="null"/>: a success).</param>
    public void Call(TimeSpan at, Func<int, (TimeSpan Takes, CircuitFailure? Failure)> answer) => Plan(at, () =>
    {
        var now = lab.Clock.GetTimestamp();
        if (lab.Circuit.TryAcquire(now, TimeSpan.Zero, out var permit, out _) != AcquireResult.Granted)
        {
            Refused++;
            return;
        }

        var (takes, failure) = answer(Sent++);
        Plan(at + takes, () => End(permit, failure));
    });

    /// <summary>Lets everything planned happen, each at its own time.</summary>
    public void Run()
    {
        while (_events.TryDequeue(out var happens, out var when))
        {
            lab.Clock.Advance(when.At - Now);
            happens();
        }
    }

    private void End(CircuitPermit permit, CircuitFailure? failure)
    {
        var opened = failure is { } failed ? lab.Fail(permit, failed) : lab.Succeed(permit);
        OpenedAt ??= opened ? Now : null;
    }

    private void Plan(TimeSpan at, Action happens) => _events.Enqueue(happens, (at, _order++));
}
