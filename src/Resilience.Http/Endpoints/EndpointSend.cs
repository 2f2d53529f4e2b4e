using Resilience.Http.Pipeline;

namespace Resilience.Http.Endpoints;

/// <summary>What is kept of an attempt from the choice of its endpoint to its end. It stays with the pooled attempt.</summary>
internal sealed class EndpointSend
{
    private readonly List<Endpoint> _refused = [];
    private Uri _original = null!;

    /// <summary>Where the attempt has gone; <see langword="null"/> if no endpoint was chosen for it.</summary>
    public Endpoint? Endpoint { get; private set; }

    /// <summary>The list that it was chosen from.</summary>
    public EndpointList List { get; private set; } = null!;

    /// <summary>The circuit of the endpoint wanted a trial when it was chosen.</summary>
    public bool IsTrial { get; private set; }

    /// <summary>The request has the <c>Host</c> header of the endpoint.</summary>
    public bool SetsHost { get; private set; }

    /// <summary>Endpoints whose circuit or limit has refused the attempt, and those that it avoids.</summary>
    public List<Endpoint> Refused => _refused;

    /// <summary>How many handlers had begun the attempt before those further in.</summary>
    public int OuterHandlers { get; private set; }

    public void Begin(EndpointList list, Uri original, AttemptContext attempt)
    {
        List = list;
        _original = original;
        OuterHandlers = attempt.OpenHandlers;
    }

    /// <summary>Sends the attempt to an endpoint.</summary>
    public void Enter(Endpoint endpoint, bool isTrial, HttpRequestMessage request, AttemptContext attempt)
    {
        _ = List.Router.TryGetRest(_original, _original.PathAndQuery, out var rest);
        SetsHost = endpoint.HostHeader is not null && request.Headers.Host is null;
        var uri = UriRouter.Route(endpoint, _original, rest, SetsHost);
        if (SetsHost)
        {
            request.Headers.Host = endpoint.HostHeader;
        }

        request.RequestUri = attempt.Uri = uri;
        endpoint.State.Enter();
        Endpoint = endpoint;
        IsTrial = isTrial;
        attempt.Call.TriedEndpoints.Add(endpoint.State);
    }

    /// <summary>Leaves an endpoint out, as if it had refused the attempt.</summary>
    public void Avoid(Endpoint endpoint) => _refused.Add(endpoint);

    /// <summary>The endpoint has refused the attempt, so it was not tried.</summary>
    public void NoteRefusal(AttemptContext attempt)
    {
        _refused.Add(Endpoint!);
        attempt.Call.TriedEndpoints.Remove(Endpoint!.State);
    }

    /// <summary>The attempt has ended.</summary>
    public void End(HttpRequestMessage request)
    {
        Leave(request);
        _refused.Clear();
        _original = null!;
        List = null!;
    }

    /// <summary>A <c>Host</c> header of an endpoint goes with the attempt: the caller has none, and the next endpoint another.</summary>
    public void Leave(HttpRequestMessage request)
    {
        Endpoint!.State.Leave();
        Endpoint = null;
        if (SetsHost)
        {
            SetsHost = false;
            request.Headers.Host = null;
        }
    }
}
