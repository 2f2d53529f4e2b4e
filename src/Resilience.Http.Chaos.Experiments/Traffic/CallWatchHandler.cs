using Resilience.Http.Outcomes;

namespace Resilience.Http.Chaos.Experiments.Traffic;

/// <summary>Outermost: records how each call ended for its caller while a probe watches.</summary>
internal sealed class CallWatchHandler(WatchedClient client, TimeProvider clock) : DelegatingHandler
{
    /// <summary>HttpClient's timer starts a little before the handlers' turn comes.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(50);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.Watches is { Length: > 0 } watches
            ? WatchAsync(watches, request, async: true, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.Watches is { Length: > 0 } watches
            ? WatchAsync(watches, request, async: false, cancellationToken).GetAwaiter().GetResult() // completed
            : base.Send(request, cancellationToken);

    private async Task<HttpResponseMessage> WatchAsync(
        TrafficWatch[] watches, HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var call = new WatchedCall(clock.GetTimestamp());
        foreach (var watch in watches)
        {
            watch.Began(call);
        }

        try
        {
            var response = async
                ? await base.SendAsync(request, cancellationToken).ConfigureAwait(false)
                : base.Send(request, cancellationToken);
            Ended(watches, call, OutcomeTable.Judge(response.StatusCode).Verdict == AttemptVerdict.Success);
            return response;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !HasTimedOut(call))
        {
            foreach (var watch in watches)
            {
                watch.GaveUp(call);
            }

            throw;
        }
        catch
        {
            Ended(watches, call, success: false);
            throw;
        }
    }

    /// <summary>
    /// Whether a canceled call was ended by the timeout of its HttpClient, which a handler sees as the same canceled token: the caller
    /// then did not leave, and gets an exception.
    /// </summary>
    private bool HasTimedOut(WatchedCall call) =>
        client.HttpClientTimeout is var timeout && timeout >= TimeSpan.Zero && clock.GetElapsedTime(call.Begun) >= timeout - Lead;

    private void Ended(TrafficWatch[] watches, WatchedCall call, bool success)
    {
        var duration = clock.GetElapsedTime(call.Begun);
        foreach (var watch in watches)
        {
            watch.Ended(call, duration, success);
        }
    }
}
