using Resilience.Http.ClientSettings;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Endpoints;

/// <summary>
/// Sends each attempt to one of the service's addresses. If a circuit or a limit further in refuses it there, it goes to the next one at
/// once: nothing was sent, so that is not a retry.
/// </summary>
internal sealed class EndpointHandler(ServiceState service) : AttemptHandler(service, OptionalFeatures.Endpoints)
{
    private ServiceEndpoints? _endpoints;
    private EndpointLists? _lists;

    /// <summary>Made when they are first needed: most services have one address.</summary>
    private ServiceEndpoints Endpoints => _endpoints ??= ServiceEndpoints.GetOrCreate(Service);

    private EndpointLists Lists => _lists ??= EndpointLists.GetOrCreate(Service);

    protected override Task<HttpResponseMessage> SendAttemptAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        if (!attempt.Call.Options.Endpoints.AreInUse || request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return NextAsync(request, attempt, async, cancellationToken);
        }

        var found = Lists.FindAsync(RoutedUri.OriginalOf(uri)!, cancellationToken);
        return found.IsCompletedSuccessfully
            ? SendAsync(found.Result, request, attempt, async, cancellationToken)
            : SendWhenFoundAsync(found, request, attempt, async, cancellationToken);
    }

    protected override Task<HttpResponseMessage> OnEnded(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
    {
        if (attempt.EndpointState is EndpointSend { Endpoint: not null } send)
        {
            try
            {
                Endpoints.Learn(send, ended.Outcome(request), attempt);
                RedirectedHost.GetOrCreate(Service).Check(send, attempt);
            }
            finally
            {
                send.End(request);
                Lists.ForgetIdle();
            }
        }

        return ended;
    }

    private Task<HttpResponseMessage> SendAsync(
        EndpointList? list, HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var original = RoutedUri.OriginalOf(request.RequestUri)!;
        if (list is null || !list.Router.TryGetRest(original, original.PathAndQuery, out _))
        {
            return NextAsync(request, attempt, async, cancellationToken);
        }

        var send = (EndpointSend)(attempt.EndpointState ??= new EndpointSend());
        send.Begin(list, original, attempt);
        if (attempt.IsHedge)
        {
            Endpoints.AvoidUnhealthy(send, attempt);
        }

        Enter(Endpoints.Choose(send, attempt), send, request, attempt);
        var sent = NextAsync(request, attempt, async, cancellationToken);
        if (sent.IsCompleted)
        {
            return attempt.Refused ? TryOthersAsync(sent, send, request, attempt, async, cancellationToken) : sent;
        }

        // An attempt that has not left the chain waits for a limit, which may still refuse it.
        return !attempt.HasLeft ? SendAfterWaitAsync(sent, send, request, attempt, async, cancellationToken) : sent;
    }

    /// <summary>The endpoints are looked up for the first time. That is not a part of the attempt.</summary>
    private async Task<HttpResponseMessage> SendWhenFoundAsync(
        ValueTask<EndpointList?> found, HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var list = await Lookup.WaitAsync(found.AsTask(), attempt.Call, async, cancellationToken).ConfigureAwait(false);
        attempt.WaitedUntil(attempt.Call.Clock.GetTimestamp());
        return await SendAsync(list, request, attempt, async, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAfterWaitAsync(
        Task<HttpResponseMessage> sent,
        EndpointSend send,
        HttpRequestMessage request,
        AttemptContext attempt,
        bool async,
        CancellationToken cancellationToken)
    {
        await ((Task)sent).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await (attempt.Refused ? TryOthersAsync(sent, send, request, attempt, async, cancellationToken) : sent)
            .ConfigureAwait(false);
    }

    /// <summary>An endpoint has refused the attempt. If all do, the refusal of the last one stays.</summary>
    private async Task<HttpResponseMessage> TryOthersAsync(
        Task<HttpResponseMessage> refused,
        EndpointSend send,
        HttpRequestMessage request,
        AttemptContext attempt,
        bool async,
        CancellationToken cancellationToken)
    {
        while (attempt.Refused && Endpoints.ChooseAnother(send, attempt) is { } next)
        {
            Endpoints.Telemetry.FailedOver(attempt, send.Endpoint!);
            EndRefused(refused, request, attempt, send.OuterHandlers);
            send.Leave(request);
            Enter(next, send, request, attempt);
            refused = NextAsync(request, attempt, async, cancellationToken);
            await ((Task)refused).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await refused.ConfigureAwait(false);
    }

    private static void Enter(Choice choice, EndpointSend send, HttpRequestMessage request, AttemptContext attempt)
    {
        send.Enter(choice.Endpoint, choice.IsTrial, request, attempt);
        EndpointTelemetry.Chosen(attempt.Call, choice.Endpoint);
    }
}
