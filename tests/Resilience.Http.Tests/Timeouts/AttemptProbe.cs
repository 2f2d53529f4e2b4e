using Resilience.Http.Outcomes;
using Resilience.Http.Requests;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>Stands where retry and breaker stand: begins the attempts, notes what each was judged, and repeats as often as it is told, whatever came.</summary>
internal sealed class AttemptProbe(ResilientService service) : ResilienceHandler(service)
{
    public int Attempts { get; set; } = 1;

    public TimeSpan Wait { get; set; } = TimeSpan.Zero;

    public List<Judgement> Judgements { get; } = [];

    public List<TimeoutScope?> Fired { get; } = [];

    public CallContext? Context { get; private set; }

    internal override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        Context = context;
        for (var left = Attempts - 1; ; left--)
        {
            context.BeginAttempt(request);
            try
            {
                var response = await NextAsync(request, context, async, cancellationToken);
                Note(context, request, response, null);
                if (left == 0)
                {
                    return response;
                }
            }
            catch (Exception exception)
            {
                Note(context, request, null, exception);
                if (left == 0)
                {
                    throw;
                }
            }

            await Task.Delay(Wait, context.Clock, cancellationToken);
        }
    }

    private void Note(CallContext context, HttpRequestMessage request, HttpResponseMessage? response, Exception? exception)
    {
        lock (Judgements)
        {
            Judgements.Add(context.Judge(request, response, exception));
            Fired.Add(context.Fired);
        }
    }
}
