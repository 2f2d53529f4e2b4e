using Resilience.Http.Chaos.Injection;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Chaos.Experiments.Traffic;

/// <summary>Outermost: takes down how each call ended for its caller, while somebody watches.</summary>
internal sealed class CallWatchHandler(ChaosClient client, TimeProvider clock) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.Active is { Watches: { Length: > 0 } watches }
            ? WatchAsync(watches, () => base.SendAsync(request, cancellationToken), cancellationToken)
            : base.SendAsync(request, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.Active is { Watches: { Length: > 0 } watches }
            ? WatchAsync(watches, () => Task.FromResult(base.Send(request, cancellationToken)), cancellationToken).GetAwaiter().GetResult() // completed
            : base.Send(request, cancellationToken);

    private async Task<HttpResponseMessage> WatchAsync(TrafficWatch[] watches, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        foreach (var watch in watches)
        {
            watch.Began();
        }

        var begun = clock.GetTimestamp();
        try
        {
            var response = await send().ConfigureAwait(false);
            Ended(watches, begun, OutcomeTable.Judge(response.StatusCode).Verdict == AttemptVerdict.Success);
            return response;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Ended(watches, begun, success: false);
            throw;
        }
    }

    private void Ended(TrafficWatch[] watches, long begun, bool success)
    {
        var duration = clock.GetElapsedTime(begun);
        foreach (var watch in watches)
        {
            watch.Ended(duration, success);
        }
    }
}
