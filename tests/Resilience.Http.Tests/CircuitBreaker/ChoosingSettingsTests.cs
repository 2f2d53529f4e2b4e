using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;
using Resilience.Http.Tests.House;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// The settings that docs/choosing-settings.md recommends: read and checked as an app does, then simulated through an outage. The table of
/// the page is the result.
/// </summary>
public sealed class ChoosingSettingsTests
{
    private const string Page = "docs/choosing-settings.md";
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(60);

    public static TheoryData<string, string> Settings => new()
    {
        { "critical", "payments" },
        { "non-critical", "recommendations" },
        { "flaky-external", "geocoder" },
        { "database", "search-index" },
        { "defaults", "orders" },
        { "observe", "payments" },
    };

    private static string[] Recommended => ["defaults", "critical", "non-critical", "flaky-external", "database"];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task An_app_starts_with_the_settings_of_the_pages(string file, string client)
    {
        using var app = await StartedAsync(file, client);

        Assert.NotNull(app.InForce(client));
    }

    [Fact]
    public void The_page_shows_how_fast_each_refuses_and_recovers()
    {
        var table = $"""
            | settings | first refusal: no connection | first refusal: hangs | requests in the outage | 99 % succeed again |
            |---|---|---|---|---|
            {string.Join('\n', Recommended.Select(Simulated))}
            """;
        Assert.True(File.ReadAllText(Checkout.PathOf(Page)).Contains(table, StringComparison.Ordinal), $"{Page} should show:\n{table}");
    }

    /// <summary>Ten GETs a second to a service that is down from the tenth second to the seventieth, and then is back.</summary>
    private static Row Simulated(string file)
    {
        var refused = Simulated(file, new SimulatedFault.Dead { From = Healthy, To = Healthy + Outage });
        var hung = Simulated(file, new SimulatedFault.Hanging { From = Healthy, To = Healthy + Outage });
        return new(
            file,
            refused.FirstRefusal!.Value - Healthy,
            hung.FirstRefusal!.Value - Healthy,
            refused.RequestsPerSecond.Skip((int)Healthy.TotalSeconds).Take((int)Outage.TotalSeconds).Sum(),
            refused.TimeToRecover(Healthy + Outage)!.Value);
    }

    private static SimulationResult Simulated(string file, SimulatedFault outage) => Simulate.Run(new SimulationOptions
    {
        Service = new() { Faults = [outage] },
        Load = SimulatedLoad.Open(10, TimeSpan.FromMinutes(5)),
        ClientName = ClientOf(file),
        Configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Text(file)))).Build(),
        Configure = static options => options.Fallback = new(),
    });

    private static string ClientOf(string file) => Settings.Single(row => row.Data.Item1 == file).Data.Item2;

    private static string Text(string file) =>
        File.ReadAllText(Checkout.PathOf($"tests/Resilience.Http.Tests/CircuitBreaker/Settings/{file}.appsettings.json"));

    private static Task<TestApp> StartedAsync(string file, string client) =>
        TestApp.StartedAsync(Text(file), services => services.AddResilientHttpClient(client));

    private sealed record Row(string File, TimeSpan Refused, TimeSpan Hung, int Requests, TimeSpan Recovered)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"| {File.Replace('-', ' ')} | {Refused.TotalSeconds:0.0} s | {Hung.TotalSeconds:0.0} s | {Requests} | " +
            $"{Recovered.TotalSeconds:0} s |");
    }
}
