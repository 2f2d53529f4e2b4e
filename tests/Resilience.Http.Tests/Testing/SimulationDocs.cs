using System.Text;
using Microsoft.Extensions.Configuration;
using Resilience.Http.Testing;
using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Testing;

/// <summary>The snippet and the chart of docs/simulation.md, compiled and run.</summary>
public sealed class SimulationDocs
{
    [Fact]
    public void The_page_shows_what_the_snippet_prints()
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes("""
                { "ResilientHttpClients": { "Clients": { "payments": { "TotalTimeout": "5s", "AttemptTimeout": "1s" } } } }
                """)))
            .Build();
        var page = File.ReadAllText(Checkout.PathOf("docs/simulation.md"));

        #region simulate
        var result = Simulate.Run(new SimulationOptions
        {
            ClientName = "payments",
            Configuration = configuration, // the app's: reads ResilientHttpClients:Clients:payments
            Service = new()
            {
                Backends = 3,
                Workers = 8,
                ServiceTime = SimulatedLatency.LogNormal(median: TimeSpan.FromMilliseconds(30), p99: TimeSpan.FromMilliseconds(200)),
                Faults =
                [
                    new SimulatedFault.Hanging { Backend = 1, From = TimeSpan.FromSeconds(30), To = TimeSpan.FromSeconds(60) },
                    new SimulatedFault.Dead { From = TimeSpan.FromSeconds(80), To = TimeSpan.FromSeconds(90) },
                ],
            },
            Load = SimulatedLoad.Open(callsPerSecond: 200, length: TimeSpan.FromMinutes(2)),
            Replicas = 4,
        });

        Assert.InRange(result.AvailabilityBetween(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)), 0.97, 1);
        Assert.InRange(result.SendsPerCallInWorstSecond, 1, 2);
        Assert.InRange(result.TimeToRecover(healthy: TimeSpan.FromSeconds(90))!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        #endregion

        var chart = $"{result}\n\n{result.ToChart(lines: 12)}";
        Assert.True(page.Contains(chart, StringComparison.Ordinal), $"docs/simulation.md should show:\n{chart}");
    }
}
