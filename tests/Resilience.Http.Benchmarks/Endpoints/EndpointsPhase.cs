namespace Resilience.Http.Benchmarks.Endpoints;

/// <summary>The parts of a run, in their order. Each begins with what its name says.</summary>
internal enum EndpointsPhase
{
    WarmUp,
    OneDead,
    OneBack,
    TwoDead,
    TwoBack,
    AllDead,
    AllBack,
    OneSlow,
    End,
}
