using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Chaos.Registration;

/// <summary>The name of the host's environment. Where nobody says it, it is Production, as the host itself takes it.</summary>
internal sealed class ChaosEnvironment(IHostEnvironment? host = null)
{
    public string Name { get; } = host?.EnvironmentName ?? Environments.Production;
}
