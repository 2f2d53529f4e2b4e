using Resilience.Http.Fleet.Rules;

namespace Resilience.Http.Fleet.Running;

/// <summary>Carries out an order here.</summary>
internal interface ISteered
{
    /// <param name="service">The service.</param>
    /// <param name="entry">The order.</param>
    /// <param name="left">How long an isolation lasts from now on; <see langword="null"/> until a reset.</param>
    void Carry(string service, SteeringEntry entry, TimeSpan? left);
}
