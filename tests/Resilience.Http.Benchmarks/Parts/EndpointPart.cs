using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Endpoints;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>The choice among endpoints that are all well, with the question to the circuit of the one that is chosen.</summary>
internal sealed class EndpointPart : IPart
{
    private readonly EndpointSelector _selector;
    private readonly EndpointList _list;
    private readonly TriedEndpoints _tried = new();
    private readonly List<Endpoint> _refused = [];

    public EndpointPart(int count)
    {
        var options = new ResilientHttpClientOptions();
        options.Endpoints.Addresses =
        [
            .. Enumerable.Range(1, count).Select(static i => new HttpEndpoint(new Uri($"http://10.0.0.{i}:8080"))),
        ];
        var service = new ServiceState("parts", new ResilienceRuntime(), options);
        ServiceCircuits.Register(service);
        var status = AuthorityStatusSources.GetOrCreate(service);
        status.Add(new CircuitStatusSource(ServiceCircuits.GetOrCreate(service)));
        _selector = new((endpoint, now) => status.GetAdmission(endpoint.Address, now), TimeProvider.System, SystemChance.Next);
        var endpoints = options.Endpoints.Addresses.Select(static settings => new Endpoint(settings, baseHost: null, new EndpointState()));
        _list = new(options, new UriRouter(new("http://parts/")), endpoints, HttpEndpointSelection.LeastLoaded, new EvenSequence(0));
        foreach (var endpoint in _list.All)
        {
            endpoint.State.AddLatency(0.005f, Milliseconds.From(TimeProvider.System.GetTimestamp(), TimeProvider.System));
        }
    }

    public void Repeat(int times)
    {
        var send = new EndpointQuestion(TimeProvider.System.GetTimestamp(), _tried, _refused, MayRepeat: true);
        for (var i = 0; i < times; i++)
        {
            _selector.Choose(_list, send);
        }
    }
}
