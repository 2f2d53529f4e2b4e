using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Registration.Configuration;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Registration;

/// <summary>
/// Finds faults that match no client, most often because of a misspelled name: an experiment with them would test nothing and pass.
/// </summary>
internal sealed class UnreadFaults(ChaosRegistrations registrations, IServiceProvider root)
{
    public IEnumerable<(string Path, string Hint)> In(HttpChaosOptions options)
    {
        string[] resilient = [.. root.GetService<ClientRegistrations>()?.Clients.Keys ?? []];
        foreach (var client in options.Clients.Keys)
        {
            var path = $"{ChaosSections.RootKey}:Clients:{client}";
            if (!registrations.Has(client))
            {
                yield return (path, "the client has no fault handler; call AddChaos() on it, or AddResilientHttpChaos() for all clients");
            }
            else if (!resilient.Contains(client, StringComparer.OrdinalIgnoreCase) && SpellingSuggestion.To(client, resilient) is { } near)
            {
                yield return (path, $"no resilient client has that name. Did you mean {near}? Plain HttpClients are not checked");
            }
        }
    }
}
