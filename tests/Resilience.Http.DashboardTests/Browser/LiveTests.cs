using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>A real app whose service goes down and comes back, as a person sees it.</summary>
public sealed class LiveTests(Chromium chromium) : IClassFixture<Chromium>
{
    private readonly SwitchableServer _server = new();

    [Fact]
    public async Task An_outage_appears_counts_down_and_ends()
    {
        await using var app = await StartAsync(recoveryTimeout: TimeSpan.FromSeconds(8));
        var http = app.Client("payments");
        await CallAsync(http, 3);
        var page = await chromium.OpenAsync(app.Page);
        await Expect(Headline(page)).ToHaveTextAsync("payments is healthy");
        var seen = await SeenTexts.WatchAsync(page);

        _server.IsDown = true;
        await CallAsync(http, 6);
        await seen.FindAsync("payments is down.*Down since");
        await seen.FindAsync("3 consecutive failures; last response: 503 Service Unavailable");
        await seen.FindAsync("Yes: (6 of 9|all 6) calls in the last 10 s");
        await seen.FindAsync("payments: Open\\.");
        var matches = await seen.FindAsync("Trial call in ([0-9]+) s", times: 2);
        var waits = matches.Select(static match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(waits.OrderDescending(), waits);

        _server.IsDown = false;
        await Expect(Headline(page)).ToHaveTextAsync("payments is recovering");
        await CallAsync(http, 3);
        await Expect(Headline(page)).Not.ToHaveTextAsync("payments is recovering");
        await page.Locator(".toggle").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Last transitions" }).Locator("tbody tr")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task An_outage_lasts_since_its_first_break_whatever_trials_failed()
    {
        await using var app = await StartAsync(recoveryTimeout: TimeSpan.FromSeconds(1));
        var http = app.Client("payments");
        _server.IsDown = true;
        await CallAsync(http, 3);
        var first = app.Circuits.Find("payments")!.Since;
        var page = await chromium.OpenAsync(app.Page);
        var seen = await SeenTexts.WatchAsync(page);
        for (var i = 0; i < 600 && !app.Circuits.Find("payments")!.Reason!.StartsWith("the trial failed", StringComparison.Ordinal); i++)
        {
            await CallAsync(http, 1);
            await Task.Delay(100);
        }

        await seen.FindAsync(
            $"Down since.?{first.UtcDateTime:HH:mm:ss} .* ago\\) ?3 consecutive failures; last response: 503 .*"
                + "Last time: the trial failed");
    }

    [Fact]
    public async Task A_user_isolates_and_releases_a_service_with_a_reason()
    {
        await using var app = await StartAsync(DashboardApp.Operators);
        var page = await chromium.OpenAsync(app.Page, user: "alice");
        await page.Locator(".toggle").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).ClickAsync();
        await Expect(dialog).ToBeVisibleAsync(); // the browser asks for the reason
        await Expect(dialog.GetByLabel("For")).ToHaveValueAsync("15");
        await Expect(dialog).ToContainTextAsync($"Acts on this replica only: {Environment.MachineName}");
        await dialog.GetByLabel("Reason").FillAsync("<img src=x onerror=alert(1)> migration");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).ClickAsync();

        await Expect(Headline(page)).ToHaveTextAsync("payments is down");
        await Expect(page.Locator("#summary")).ToContainTextAsync("<img src=x onerror=alert(1)> migration");
        await Expect(page.Locator("#summary")).ToContainTextAsync(new Regex("Isolation ends in 1[0-4] min"));
        Assert.Equal(CircuitState.Isolated, app.Circuits.Find("payments")!.State);
        Assert.Contains(app.Log.Lines, line => line.Text.StartsWith("alice isolated payments", StringComparison.Ordinal));

        await page.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await dialog.GetByLabel("Reason").FillAsync("migration is over");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Expect(Headline(page)).ToHaveTextAsync("payments is recovering");
        await Expect(page.Locator("img[src=x]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_dialog_says_which_replica_it_acts_on_and_a_fleet_offers_all()
    {
        var store = new InMemoryFleetStore();
        await using var app = await StartAsync(DashboardApp.Operators, store: store);
        await using var other = await StartAsync(DashboardApp.Operators, store: store);
        var page = await chromium.OpenAsync(app.Page, user: "alice");
        var second = await chromium.OpenAsync(other.Page);
        await page.Locator(".toggle").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel("In", new() { Exact = true })).ToHaveValueAsync("all");
        await dialog.GetByLabel("Reason").FillAsync("migration");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).ClickAsync();

        await Expect(Headline(second)).ToHaveTextAsync("payments is down");
        await Expect(second.Locator("#summary")).ToContainTextAsync("migration (in all replicas, by alice)");

        await page.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync($"Acts on this replica only: {Environment.MachineName}");
    }

    [Fact]
    public async Task A_user_who_may_not_steer_sees_no_buttons()
    {
        await using var app = await StartAsync(DashboardApp.Operators);
        var page = await chromium.OpenAsync(app.Page, user: "mallory");

        await page.Locator(".toggle").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Settings in force" }).Locator("tbody tr")).Not.ToHaveCountAsync(0);

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Isolate" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_page_goes_on_after_the_server_was_restarted()
    {
        var first = await StartAsync();
        var address = first.Address;
        var page = await chromium.OpenAsync(first.Page);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
        await first.DisposeAsync();
        await Expect(page.Locator("#connection")).ToContainTextAsync("No data for");

        await using var second = await StartAsync(url: address.GetLeftPart(UriPartial.Authority));
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
        _server.IsDown = true;
        await CallAsync(second.Client("payments"), 3);

        await Expect(Headline(page)).ToHaveTextAsync("payments is down");
    }

    private static ILocator Headline(IPage page) => page.Locator("#headline");

    private static async Task CallAsync(HttpClient http, int times)
    {
        for (var i = 0; i < times; i++)
        {
            try
            {
                using var response = await http.GetAsync(i.ToString(CultureInfo.InvariantCulture));
            }
            catch (HttpRequestException)
            {
                // the circuit refuses
            }
        }
    }

    private Task<DashboardApp> StartAsync(
        string? steering = null,
        string url = "http://127.0.0.1:0",
        TimeSpan? recoveryTimeout = null,
        InMemoryFleetStore? store = null) => DashboardApp.StartAsync(
        services: services => (store is null ? services : services.AddResilienceFleet(fleet => fleet.UseStore(store)))
            .AddResilientHttpClient("payments", options =>
            {
                options.Fleet.Enabled = store is not null;
                options.BaseAddress = new("https://payments.internal/");
                options.Retry.Enabled = false;
                options.CircuitBreaker.FailureThreshold = 3;
                options.CircuitBreaker.RecoveryTimeout = recoveryTimeout ?? TimeSpan.FromMinutes(5);
                options.CircuitBreaker.HalfOpenMaxCalls = 1;
            })
            .ConfigurePrimaryHttpMessageHandler(_server.NewHandler),
        configure: options => options.Steering = steering,
        url: url);
}
