using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Registration.Configuration;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Registration;

/// <summary>Finds faults that no client will ever meet: most often a slip in the name, which would make a test of nothing look like a success.</summary>
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
                yield return (path, "that client has no fault handler; call AddChaos() on it, or AddResilientHttpChaos() for all");
            }
            else if (!resilient.Contains(client, StringComparer.OrdinalIgnoreCase) && SpellingSuggestion.To(client, resilient) is { } near)
            {
                yield return (path, $"no resilient client has that name, did you mean {near}? Of plain HttpClients nothing is known here");
            }
        }
    }
}
