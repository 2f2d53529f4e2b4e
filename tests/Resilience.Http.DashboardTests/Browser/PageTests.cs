using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>What the page does with what it gets.</summary>
public sealed class PageTests(Chromium browser) : ServicesPage(browser, ticks: true)
{
    private const string Markup = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

    [Fact]
    public async Task Markup_in_names_and_reasons_is_text()
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service(Markup, Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        Services.Settings = [new(Markup, Markup, Markup)];
        var circuit = service.Circuits[0] with { Reason = Markup, LastFailure = Markup, Authority = Markup };
        Services.Show([service with { InjectedFaults = Markup, Fleet = Markup, Circuits = [circuit] }]);
        var page = await Browser.OpenAsync(app.Page);
        var violations = new List<string>();
        page.Console += (_, message) => violations.Add(message.Text);

        await Expect(page.Locator("#headline")).ToHaveTextAsync($"{Markup} is down");
        await page.Locator(".toggle").ClickAsync();
        await Expect(page.Locator(".details")).ToContainTextAsync(Markup);

        await Expect(page.Locator("img[src=x]")).ToHaveCountAsync(0);
        Assert.NotEqual("owned", await page.TitleAsync());
        Assert.Empty(violations);
    }

    [Fact]
    public async Task The_details_show_the_state_of_the_fleet()
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        Services.Show([service with { Fleet = "replica-1 shares the circuits: is held open by 2 of 3 replicas with traffic" }]);
        var page = await Browser.OpenAsync(app.Page);
        await page.Locator(".toggle").ClickAsync();

        await Expect(page.Locator(".fleet")).ToHaveTextAsync(
            "Fleet: replica-1 shares the circuits: is held open by 2 of 3 replicas with traffic");
    }

    [Fact]
    public async Task A_service_without_circuits_shows_the_order_of_its_chain()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        Services.Show([SampleServices.Service("payments", Now, CircuitState.Closed, static _ => default) with { Circuits = [] }]);
        await page.ReloadAsync();

        await page.Locator(".toggle").ClickAsync();

        await Expect(page.Locator(".chain li").First).ToHaveTextAsync("tracing");
    }

    [Fact]
    public async Task A_proxy_that_cuts_a_prefix_from_the_path_breaks_nothing()
    {
        await using var app = await StartAsync();
        Services.Show(SampleServices.Outage(Now));
        await using var proxy = await PrefixProxy.StartAsync("/tools/shop", app.Address);

        var page = await Browser.OpenAsync(new Uri(proxy.Address, "/tools/shop/resilience"));

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is down");
        await page.Locator(".toggle").First.ClickAsync();
        await Expect(page.Locator(".details")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_level_filters_the_services_and_the_absence_of_a_match_is_reported()
    {
        await using var app = await StartAsync();
        Services.Show(SampleServices.Outage(Now));
        var page = await Browser.OpenAsync(app.Page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Down 1" }).ClickAsync();
        await Expect(page.Locator(".card:visible h2")).ToHaveTextAsync(["payments"]);
        await page.GetByLabel("Filter services by name").FillAsync("inventory");

        await Expect(page.Locator("#none")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Chaos_has_a_banner()
    {
        await using var app = await StartAsync();
        Services.Show([.. SampleServices.Outage(Now).Select(static service => service with { InjectedFaults = "latency 2 s on 10 %" })]);
        var page = await Browser.OpenAsync(app.Page);
        await Expect(page.Locator("#chaos")).ToContainTextAsync("payments: latency 2 s on 10 %");

        Services.Show(SampleServices.Outage(Now));

        await Expect(page.Locator("#chaos")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_theme_is_kept()
    {
        await using var app = await StartAsync();
        var page = await Browser.OpenAsync(app.Page);
        await page.Locator("#theme").ClickAsync();
        await page.Locator("#theme").ClickAsync();

        await page.ReloadAsync();

        await Expect(page.Locator("#theme")).ToHaveTextAsync("Theme: dark");
        Assert.Equal("dark", await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).colorScheme"));
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Nothing_shifts_while_figures_change(int width)
    {
        await using var app = await StartAsync();
        Services.Show(SampleServices.Outage(Now));
        var page = await Browser.OpenAsync(app.Page, width);
        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is down");
        await page.EvaluateAsync("""
            window.shift = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.shift += entry.value))
              .observe({ type: "layout-shift" });
            """);
        for (var turn = 1; turn <= 5; turn++)
        {
            var factor = (int)Math.Pow(7, turn);
            Services.Show([.. SampleServices.Outage(Now).Select(service => service with
            {
                LastMinute = [.. service.LastMinute.Select(second => second with { Succeeded = second.Succeeded * factor })],
                InFlight = factor,
                RetryBudget = 100 - turn,
            })]);
            await Expect(page.Locator(".card dl").First).ToContainTextAsync($"{100 - turn} of 100 left");
        }

        Assert.Equal(0, await page.EvaluateAsync<double>("window.shift"), 0.001);
    }

    [Fact]
    public async Task The_seventeenth_viewer_sees_that_no_data_arrives()
    {
        await using var app = await StartAsync();
        var viewers = new List<EventReader>();
        for (var i = 0; i < 16; i++)
        {
            viewers.Add(await EventReader.OpenAsync(app));
            await viewers[i].NextAsync();
        }

        var page = await Browser.OpenAsync(app.Page);
        await Expect(page.Locator("#connection")).ToContainTextAsync("No data for");
        await viewers[0].DisposeAsync();

        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live", new() { Timeout = 60_000 });
        foreach (var viewer in viewers)
        {
            await viewer.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_service_that_appears_later_comes_with_its_history()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);

        Services.Show([SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 })]);

        await page.Locator(".toggle").ClickAsync();
        await Expect(page.Locator(".chain li").First).ToHaveTextAsync("tracing");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Last transitions" }).Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator(".legend .rejected b")).ToHaveTextAsync("60");
    }

    [Fact]
    public async Task A_page_without_updates_shows_since_when_and_that_its_data_is_old()
    {
        await using var app = await StartAsync();
        Services.Show(SampleServices.Outage(Now));
        var page = await OpenAsync(app);
        await Expect(page.Locator("#started")).ToHaveTextAsync(new Regex("^Running since .* \\(.*\\)$"));
        await Expect(page.Locator("#stale")).ToBeHiddenAsync();

        StopTicks();

        await Expect(page.Locator("#stale")).ToHaveTextAsync(new Regex("^No data since .*: all below is from before\\. The app is down"));
    }

    [Fact]
    public async Task A_transition_is_announced_in_whole_sentences()
    {
        await using var app = await StartAsync();
        Services.Show(SampleServices.Outage(Now));
        var page = await OpenAsync(app);
        await Expect(page.Locator("h2").First).ToHaveTextAsync("payments");

        Services.Report(SampleServices.Transition("payments", Now, CircuitState.Open, CircuitState.HalfOpen)
            with
        { Reason = "the break has ended" });

        await Expect(page.Locator("#news")).ToHaveTextAsync("payments: Half-open. The break has ended");
    }
}
