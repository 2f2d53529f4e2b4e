using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Chaos.Registration;

/// <summary>The name of the host's environment. Without one it is Production, as for the host itself.</summary>
internal sealed class ChaosEnvironment(IHostEnvironment? host = null)
{
    public string Name { get; } = host?.EnvironmentName ?? Environments.Production;
}
