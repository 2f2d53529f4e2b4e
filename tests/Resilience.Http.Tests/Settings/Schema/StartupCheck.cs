using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Settings.Schema;

/// <summary>What an app says of its settings when it starts, with every client registered that they name.</summary>
internal static class StartupCheck
{
    public static IReadOnlyList<string> FindMistakes(JsonObject settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(settings.ToJsonString()))).Build());
        foreach (var client in ClientsIn(settings))
        {
            services.AddResilientHttpClient(client);
        }

        services.AddResilienceFleet(fleet => fleet.UseStore(new InMemoryFleetStore()));
        using var provider = services.BuildServiceProvider();
        try
        {
            foreach (var service in provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            {
                Assert.True(service.StartingAsync(CancellationToken.None).IsCompleted);
            }

            return [];
        }
        catch (OptionsValidationException wrong)
        {
            return [.. wrong.Failures];
        }
    }

    private static IEnumerable<string> ClientsIn(JsonObject settings) =>
        settings["ResilientHttpClients"]?["Clients"] is JsonObject clients ? clients.Select(static client => client.Key) : ["payments"];
}
