using Resilience.Http.Pipeline;

namespace Resilience.Http.Timeouts;

/// <summary>Shortens the limits of the attempts in flight when the app begins to stop.</summary>
internal sealed class ShutdownLimit(ResilienceRuntime host)
{
    private readonly TimeoutSources _sources = TimeoutLeasePool.GetOrCreate(host).Sources;

    public static void Attach(ResilienceRuntime host) =>
        host.GetOrCreate(static host => new ShutdownLimit(host), static limit => limit.Begin());

    private void Begin() =>
        host.Shutdown.Stopping.UnsafeRegister(static state => ((ShutdownLimit)state!).OnStopping(), this);

    private void OnStopping() => _sources.KeepTo(host.Shutdown);
}
