using Microsoft.Extensions.Logging;
using Resilience.Http.Fleet.Rules;
using Resilience.Http.Fleet.Running;
using Resilience.Http.Fleet.Telemetry;
using Resilience.Http.Requests;

namespace Resilience.Http.Fleet.Registration;

/// <summary>Carries out orders with the circuits of this replica.</summary>
internal sealed class FleetOrders(Func<ICircuitRegistry> circuits, ILogger log) : ISteered
{
    public void Carry(string service, SteeringEntry entry, TimeSpan? left)
    {
        var authority = entry.Authority == Authority.AnyAuthority ? null : entry.Authority;
        try
        {
            if (entry.Isolates)
            {
                circuits().Isolate(service, $"{entry.Reason.TrimEnd('.', ' ')} (in all replicas, by {entry.By})", left, authority);
            }
            else if (TryReset(service, authority))
            {
                log.ResetByFleet(service, entry.Authority, entry.By);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // The settings of this replica differ from those of the one that gave the order, for example during a deployment.
            log.OrderFailed(service, entry.Authority, entry.By, exception.Message);
        }
    }

    /// <summary>
    /// A circuit that this replica does not have needs no reset, unless it is isolated with all others before its first call.
    /// </summary>
    private bool TryReset(string service, string? authority)
    {
        try
        {
            circuits().Reset(service, authority);
            return true;
        }
        catch (ArgumentException) when (authority is not null)
        {
            return false;
        }
    }
}
