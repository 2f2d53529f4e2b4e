namespace Resilience.Http.Tests.Outcomes.Simulation;

internal enum Balancing
{
    RoundRobin,
    Random,
}
