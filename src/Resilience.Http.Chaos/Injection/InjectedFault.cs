namespace Resilience.Http.Chaos.Injection;

/// <summary>The kinds of faults, as they are counted, logged and marked.</summary>
internal enum InjectedFault
{
    Latency,
    Abort,
    SlowBody,
}
