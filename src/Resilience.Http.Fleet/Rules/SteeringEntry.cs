namespace Resilience.Http.Fleet.Rules;

/// <summary>One order to all replicas: to isolate circuits, or to reset them.</summary>
/// <param name="Authority">The circuit; <c>*</c> for all of the service.</param>
/// <param name="Isolates">Whether it isolates; otherwise it resets.</param>
/// <param name="Reason">The reason for an isolation.</param>
/// <param name="By">Who gave the order.</param>
/// <param name="At">The store's time at which it was given; later orders have higher ones.</param>
/// <param name="Until">The store's time at which an isolation ends; <see langword="null"/> if a reset ends it.</param>
internal sealed record SteeringEntry(string Authority, bool Isolates, string Reason, string By, long At, long? Until);
