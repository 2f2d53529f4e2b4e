namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>
/// Runs what logs or measures a transition, and drops its exceptions: a log or a metrics listener that throws must not turn the call that
/// happened to cause the transition into a failed one. On a thread of the pool it would end the process.
/// </summary>
internal static class ListenerGuard
{
    public static void Run(Action report)
    {
        try
        {
            report();
        }
        catch (Exception)
        {
            // The log is what throws, so there is nowhere to report it.
        }
    }
}
