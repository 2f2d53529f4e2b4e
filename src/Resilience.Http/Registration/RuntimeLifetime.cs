using Resilience.Http.Pipeline;

namespace Resilience.Http.Registration;

/// <summary>Ends the runtime of a container with the container.</summary>
internal sealed class RuntimeLifetime : IDisposable
{
    private ResilienceRuntime? _runtime;

    public ResilienceRuntime Follow(ResilienceRuntime runtime) => _runtime = runtime;

    public void Dispose() => _runtime?.End();
}
