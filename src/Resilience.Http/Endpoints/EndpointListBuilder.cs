using Resilience.Http.ClientSettings;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Endpoints;

/// <summary>Makes the list that replaces another. Endpoints that stay keep their state, and the draw goes on where it was.</summary>
internal static class EndpointListBuilder
{
    public static EndpointList Build(
        ResilienceRuntime host, object source, ResolvedEndpoints resolved, HttpEndpointSelection selection, EndpointList? before)
    {
        var router = new UriRouter(resolved.BaseAddress);
        var now = Milliseconds.From(host.Clock.GetTimestamp(), host.Clock);
        var mean = before?.MeanLatency(now) ?? 0;
        return new(
            source,
            router,
            resolved.Endpoints.Select(settings => Make(settings, router, before, mean, now)),
            selection,
            before?.Points ?? new EvenSequence(host.Chance()));
    }

    private static Endpoint Make(HttpEndpoint settings, UriRouter router, EndpointList? before, float mean, uint now)
    {
        var identity = EndpointIdentity.Of(settings);
        if (before is not null)
        {
            foreach (var known in before.All)
            {
                if (known.Identity == identity)
                {
                    return new(settings, router.HostHeader, known.State);
                }
            }
        }

        var added = new EndpointState();
        added.BeginWith(mean, now);
        return new(settings, router.HostHeader, added);
    }
}
