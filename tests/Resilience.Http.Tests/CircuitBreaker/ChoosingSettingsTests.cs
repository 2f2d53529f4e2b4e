using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Testing;
using Resilience.Http.Tests.House;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// The settings that docs/choosing-settings.md recommends: read and checked as an app does, then played through an outage. The table of the
/// page is what comes out.
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
    public async Task The_page_shows_how_fast_each_opens_and_recovers()
    {
        List<Row> rows = [];
        foreach (var file in Recommended)
        {
            rows.Add(await PlayAsync(file));
        }

        var table = $"""
            | service | opens if it refuses | opens if it hangs | attempts while it was down | closes after it is back |
            |---|---|---|---|---|
            {string.Join('\n', rows)}
            """;
        Assert.True(File.ReadAllText(Checkout.PathOf(Page)).Contains(table, StringComparison.Ordinal), $"{Page} should show:\n{table}");
    }

    private static async Task<Row> PlayAsync(string file)
    {
        var refused = await PlayAsync(file, static script => script.Refuse());
        var hung = await PlayAsync(file, static script => script.Hang());
        return new(file, refused.OpenedAfter, hung.OpenedAfter, refused.Attempts, refused.ClosedAfter);
    }

    /// <summary>
    /// Ten GETs a second to a service that answers in 20 ms, is down from the tenth second to the seventieth, and then is back. What chance
    /// decides is set to the middle.
    /// </summary>
    private static async Task<(TimeSpan OpenedAfter, int Attempts, TimeSpan ClosedAfter)> PlayAsync(string file, Action<ServerScript> down)
    {
        using var app = await StartedAsync(file, ClientOf(file));
        var options = app.InForce(ClientOf(file));
        var clock = new VirtualTimeProvider();
        var attempts = 0;
        bool IsDown() => clock.Elapsed >= Healthy && clock.Elapsed < Healthy + Outage;
        using var server = new ScriptedServer(
            script =>
            {
                script.When(
                    _ =>
                    {
                        attempts += IsDown() ? 1 : 0;
                        return IsDown();
                    },
                    broken =>
                    {
                        down(broken);
                        broken.Always();
                    });
                script.Slow(TimeSpan.FromMilliseconds(20)).Always();
            },
            clock);
        using var client = new ChainClient(server, own => TakeOver(own, options), clock, chance: () => 0.5);
        TimeSpan? opened = null, closed = null;
        await clock.RunAsync(async () =>
        {
            List<Task> calls = [];
            while (closed is null)
            {
                calls.Add(Record.ExceptionAsync(() => client.Http.GetAsync("/", HttpCompletionOption.ResponseHeadersRead)).AsTask());
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock);
                var circuit = CircuitRegistry.GetOrCreate(client.Service.Host).Find("payments")!;
                opened ??= circuit.State == CircuitState.Open ? circuit.Since - clock.Start : null;
                closed = opened is not null && circuit.State == CircuitState.Closed ? circuit.Since - clock.Start : null;
            }

            await Task.WhenAll(calls);
        });
        return (opened!.Value - Healthy, attempts, closed!.Value - Healthy - Outage);
    }

    private static void TakeOver(ResilientHttpClientOptions own, ResilientHttpClientOptions options)
    {
        (own.TotalTimeout, own.AttemptTimeout) = (options.TotalTimeout, options.AttemptTimeout);
        (own.Retry, own.CircuitBreaker, own.Fallback) = (options.Retry, options.CircuitBreaker, options.Fallback);
    }

    private static string ClientOf(string file) => Settings.Single(row => row.Data.Item1 == file).Data.Item2;

    private static string Text(string file) =>
        File.ReadAllText(Checkout.PathOf($"tests/Resilience.Http.Tests/CircuitBreaker/Settings/{file}.appsettings.json"));

    private static Task<TestApp> StartedAsync(string file, string client) =>
        TestApp.StartedAsync(Text(file), services => services.AddResilientHttpClient(client));

    private sealed record Row(string File, TimeSpan Refused, TimeSpan Hung, int Attempts, TimeSpan Closed)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"| {File.Replace('-', ' ')} | {Refused.TotalSeconds:0.0} s | {Hung.TotalSeconds:0.0} s | {Attempts} | " +
            $"{Closed.TotalSeconds:0.0} s |");
    }
}
