namespace Resilience.Http.Pipeline;

/// <summary>What the clients of a container draw their random numbers from, if it is not the system. Tests register it.</summary>
/// <param name="Next">See <see cref="ResilienceRuntime.Chance"/>.</param>
internal sealed record ChanceSource(Func<double> Next);
