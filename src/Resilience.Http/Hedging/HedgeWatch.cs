namespace Resilience.Http.Hedging;

/// <summary>
/// Waits for a send until it is slow. Nearly every send ends before that: then its end is the outcome, without a state machine in between.
/// If the timer comes first, the handler takes over, and the end of the send is a signal for it.
/// </summary>
/// <remarks>
/// One of the two takes the watch away, by an exchange. A tick of the timer may be late and meet a later send: the handler then finds that
/// the send is not slow yet. A watch that the handler has taken over is not used again, since the end of its send may be reported late.
/// </remarks>
internal sealed class HedgeWatch
{
    private const int Idle = 0;
    private const int Watching = 1;
    private const int TakenOver = 2;

    private readonly HedgeRound _round;
    private readonly Action _onSendEnded;
    private int _state;
    private HedgingHandler? _handler;
    private Task<HttpResponseMessage>? _send;
    private HttpRequestMessage? _request;
    private CancellationToken _callerToken;
    private ExecutionContext? _context;
    private TaskCompletionSource<HttpResponseMessage>? _outcome;

    public HedgeWatch(HedgeRound round) => (_round, _onSendEnded) = (round, OnSendEnded);

    /// <summary>Whether this can serve another send.</summary>
    public bool IsIdle => Volatile.Read(ref _state) == Idle;

    /// <summary>Watches a send.</summary>
    /// <returns>The outcome: the end of the send, or what the handler has made of it.</returns>
    public Task<HttpResponseMessage> Begin(
        HedgingHandler handler, Task<HttpResponseMessage> send, HttpRequestMessage request, CancellationToken callerToken)
    {
        var outcome = new TaskCompletionSource<HttpResponseMessage>();
        (_handler, _send, _request, _callerToken, _outcome) = (handler, send, request, callerToken, outcome);
        _context = ExecutionContext.Capture();
        Volatile.Write(ref _state, Watching);
        _round.StartTimer(_round.Attempt.StartedAt);
        send.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onSendEnded);
        return outcome.Task;
    }

    /// <summary>The timer has come to its deadline.</summary>
    public void OnDue()
    {
        if (Interlocked.CompareExchange(ref _state, TakenOver, Watching) != Watching)
        {
            _round.Signal.Raise();
        }
        else if (_context is { } context)
        {
            ExecutionContext.Run(context, static watch => _ = ((HedgeWatch)watch!).HandOverAsync(), this);
        }
        else
        {
            _ = HandOverAsync();
        }
    }

    private void OnSendEnded()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Watching) != Watching)
        {
            _round.Signal.Raise();
            return;
        }

        var (send, outcome) = (_send!, _outcome!);
        Clear(); // First: code that awaits the outcome may begin another send.
        outcome.SetFromTask(send);
    }

    private async Task HandOverAsync()
    {
        var outcome = _outcome!;
        var hedged = _handler!.HedgeIfSlowAsync(_send!, _request!, _round, _callerToken);
        Clear();
        await ((Task)hedged).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        outcome.SetFromTask(hedged);
    }

    private void Clear()
    {
        (_handler, _send, _request, _callerToken) = (null, null, null, default);
        (_context, _outcome) = (null, null);
    }
}
