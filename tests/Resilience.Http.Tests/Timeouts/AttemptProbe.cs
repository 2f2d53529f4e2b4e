using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// Stands where retry and breaker stand: begins the attempts, notes what each was judged, and repeats as often as it is told, whatever
/// came.
/// </summary>
internal sealed class AttemptProbe(ServiceState service) : ResilienceHandler(service)
{
    public int Attempts { get; set; } = 1;

    public TimeSpan Wait { get; set; } = TimeSpan.Zero;

    public List<Judgement> Judgements { get; } = [];

    public List<TimeoutScope?> Fired { get; } = [];

    public CallContext? Context { get; private set; }

    internal override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        Context = context;
        for (var left = Attempts - 1; ; left--)
        {
            context.BeginAttempt(request);
            var attempt = AttemptAsync(request, context, async, cancellationToken);
            await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            attempt = EndNext(attempt, request, context.Attempt);
            Note(context, attempt.Outcome(request));
            if (left == 0)
            {
                return await attempt;
            }

            await Task.Delay(Wait, context.Clock, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
        await NextAsync(request, context.Attempt, async, cancellationToken);

    private void Note(CallContext context, AttemptOutcome outcome)
    {
        lock (Judgements)
        {
            Judgements.Add(context.Attempt.Judge(outcome.Request, outcome.Response, outcome.Exception));
            Fired.Add(context.Attempt.FiredTimeout);
        }
    }
}
