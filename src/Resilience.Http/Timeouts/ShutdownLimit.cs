using Resilience.Http.Pipeline;

namespace Resilience.Http.Timeouts;

/// <summary>Shortens the limits of the attempts in flight when the app begins to stop.</summary>
internal sealed class ShutdownLimit(ResilienceRuntime host)
{
    private readonly TimeoutSources _sources = TimeoutLeasePool.GetOrCreate(host).Sources;

    /// <summary>Sees to it that the limits of a host's attempts follow its shutdown.</summary>
    /// <returns>The pool of these limits.</returns>
    public static TimeoutLeasePool Attach(ResilienceRuntime host)
    {
        host.GetOrCreate(static host => new ShutdownLimit(host), static limit => limit.Begin());
        return TimeoutLeasePool.GetOrCreate(host);
    }

    private void Begin() =>
        host.Shutdown.Stopping.UnsafeRegister(static state => ((ShutdownLimit)state!).OnStopping(), this);

    private void OnStopping() => _sources.KeepTo(host.Shutdown);
}
