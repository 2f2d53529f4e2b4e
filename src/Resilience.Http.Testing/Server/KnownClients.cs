using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Testing.Server;

/// <summary>The names of the clients that an app registers: what a scripted server can be put into.</summary>
internal sealed class KnownClients(IServiceCollection services)
{
    private const string Registry = "Microsoft.Extensions.DependencyInjection.HttpClientMappingRegistry";

    /// <returns>The names, or none if they cannot all be found.</returns>
    public IReadOnlyCollection<string> Names(IServiceProvider root)
    {
        if (TypedClients() is not { } typed)
        {
            return [];
        }

        var configured = root.GetServices<IConfigureOptions<HttpClientFactoryOptions>>()
            .OfType<ConfigureNamedOptions<HttpClientFactoryOptions>>()
            .Select(static setup => setup.Name)
            .OfType<string>();
        var resilient = root.GetService<ClientRegistrations>()?.Clients.Keys ?? [];
        return typed.Concat(configured).Concat(resilient).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The factory's own record of typed clients, which nothing else knows if they have no configuration.</summary>
    /// <returns><see langword="null"/> if it cannot be read, as after trimming.</returns>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A trimmed property is not found, and then nothing is checked.")]
    private IEnumerable<string>? TypedClients()
    {
        var registry = services.FirstOrDefault(static service => service.ServiceType.FullName == Registry)?.ImplementationInstance;
        return (registry?.GetType().GetProperty("NamedClientRegistrations")?.GetValue(registry) as IDictionary<string, Type>)?.Keys;
    }
}
