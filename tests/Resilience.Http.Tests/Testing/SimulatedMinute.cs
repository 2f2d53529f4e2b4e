using System.Text;
using Microsoft.Extensions.Configuration;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>A simulated minute of 100 calls per second.</summary>
internal static class SimulatedMinute
{
    public static readonly SimulatedLoad Load = SimulatedLoad.Open(100, Seconds(60));

    public static SimulationResult Run(SimulatedService service) => Simulate.Run(new SimulationOptions { Service = service, Load = Load });

    public static IConfiguration ReadJson(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
