using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Endpoints;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Chain;

/// <summary>The circuits of the addresses that a service is known to have. They are there before the first call.</summary>
internal static class KnownAddresses
{
    /// <summary>Follows the options in force.</summary>
    public static void Refresh(ServiceState service)
    {
        EndpointLists.Refresh(service);
        ServiceCircuits.Register(service);
    }
}
