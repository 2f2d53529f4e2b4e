using Resilience.Http.ClientSettings;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Hedging;

/// <summary>
/// Watches how long a send takes. If it is slow, a <see cref="HedgeRace"/> sends others beside it. A synchronous call is not hedged: its
/// send holds the thread until it ends, so the call could not return with another one.
/// </summary>
internal sealed class HedgingHandler(ServiceState service) : AttemptHandler(service, OptionalFeatures.Hedging)
{
    private ServiceHedging? _hedging;

    /// <summary>Made when it is first needed: most services are not hedged.</summary>
    private ServiceHedging Hedging => _hedging ??= ServiceHedging.GetOrCreate(Service);

    /// <summary>Sends a hedge through the handlers further in.</summary>
    public Task<HttpResponseMessage> BeginSend(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        try
        {
            return NextAsync(request, attempt, async: true, cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<HttpResponseMessage>(exception);
        }
    }

    /// <summary>Ends a send in the handlers further in. This handler has begun the first send too, and has no part in this end.</summary>
    public Task<HttpResponseMessage> EndSend(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt, bool isHedge)
    {
        if (!isHedge)
        {
            attempt.OpenHandlers--;
        }

        return EndNext(ended, request, attempt);
    }

    /// <summary>The timer of a send has come to its deadline. Waits for the send, and sends hedges if it is slow.</summary>
    public async Task<HttpResponseMessage> HedgeIfSlowAsync(
        Task<HttpResponseMessage> sent, HttpRequestMessage request, HedgeRound round, CancellationToken cancellationToken)
    {
        var attempt = round.Attempt;
        while (!sent.IsCompleted)
        {
            var now = attempt.Call.Clock.GetTimestamp();
            if (now < attempt.Call.Deadline && round.IsSlow(attempt, now))
            {
                var first = new HedgeSend(request, attempt, sent, round.Cancellation, isHedge: false);
                round.StopTimer();
                if (Hedging.TryStart(attempt.Call, first, round, now))
                {
                    attempt.HedgingState = null; // The round is the race's now.
                    return await new HedgeRace(this, Hedging, round, first, cancellationToken).RunAsync().ConfigureAwait(false);
                }
            }

            await round.Signal.WaitAsync().ConfigureAwait(false);
        }

        return sent.GetAwaiter().GetResult(); // Completed.
    }

    protected override Task<HttpResponseMessage> SendAttemptAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var options = attempt.Call.Options.Hedging;
        return options.Enabled && HedgeableRequest.Allows(attempt.Call)
            ? SendWatched(request, attempt, options, async, cancellationToken)
            : NextAsync(request, attempt, async, cancellationToken);
    }

    protected override Task<HttpResponseMessage> OnEnded(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
    {
        if (attempt.HedgingState is HedgeRound { Operation: not null } round)
        {
            try
            {
                Note(ended, request, attempt, round);
            }
            finally
            {
                Return(round, attempt);
            }
        }

        return ended.IsCanceled && attempt.Call.CallerToken.IsCancellationRequested ? WithCallerToken(ended, request, attempt) : ended;
    }

    private Task<HttpResponseMessage> SendWatched(
        HttpRequestMessage request, AttemptContext attempt, HttpHedgingOptions options, bool async, CancellationToken cancellationToken)
    {
        var call = attempt.Call;
        if (call.Attempts == 1)
        {
            Hedging.Budget.Deposit(options.MaxExtraLoad);
        }

        var operation = Hedging.Operations.Get(call.Settings.OperationName);
        var round = Rent(attempt);
        round.Begin(operation, operation.FindDelay(options, attempt.StartedAt));
        if (!async || round.Delay is null)
        {
            return NextAsync(request, attempt, async, cancellationToken);
        }

        round.TakeOptions(request);
        var sent = NextAsync(request, attempt, async, round.Cancellation.Begin(cancellationToken));
        return sent.IsCompleted ? sent : round.Watch.Begin(this, sent, request, cancellationToken);
    }

    /// <summary>
    /// A send that was canceled before it left, as in the queue of a limit, names the token of its <see cref="SendCancellation"/>. The
    /// caller looks for its own.
    /// </summary>
    private static Task<HttpResponseMessage> WithCallerToken(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
    {
        var callerToken = attempt.Call.CallerToken;
        var exception = (OperationCanceledException)ended.Outcome(request).Exception!;
        return exception.CancellationToken == callerToken
            ? ended
            : Task.FromException<HttpResponseMessage>(new TaskCanceledException(exception.Message, exception, callerToken));
    }

    /// <summary>The send was not hedged.</summary>
    private static void Note(Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt, HedgeRound round)
    {
        if (attempt.Refused)
        {
            return;
        }

        var outcome = ended.Outcome(request);
        if (attempt.Judge(request, outcome.Response, outcome.Exception).Verdict != AttemptVerdict.Success)
        {
            return;
        }

        round.Operation!.Record(attempt.StartedAt, attempt.EndedAt);
        if (!round.IsSlowNoted && attempt.Call.Clock.GetElapsedTime(attempt.StartedAt, attempt.EndedAt) > round.Delay)
        {
            round.Operation.NoteSlow(attempt.Call.Options.Hedging, round.Delay.Value, attempt.EndedAt);
        }
    }

    /// <summary>The round that the pooled context kept from an earlier send, unless that had another clock.</summary>
    private static HedgeRound Rent(AttemptContext attempt)
    {
        var clock = attempt.Call.Clock;
        if (attempt.HedgingState is HedgeRound kept)
        {
            if (kept.Clock == clock)
            {
                return kept;
            }

            kept.Dispose();
        }

        var round = new HedgeRound(attempt);
        attempt.HedgingState = round;
        return round;
    }

    /// <summary>
    /// A round that was slow is not kept. Another clock than the system's usually is a test's, and how many timers a test has must not
    /// depend on the threads that its calls happened to run on.
    /// </summary>
    private static void Return(HedgeRound round, AttemptContext attempt)
    {
        round.End();
        if (round.Clock != TimeProvider.System || !round.Watch.IsIdle)
        {
            attempt.HedgingState = null;
            round.Dispose();
        }
    }
}
