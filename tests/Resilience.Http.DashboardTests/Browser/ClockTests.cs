using System.Text.RegularExpressions;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>Clocks that are wrong or are set.</summary>
public sealed class ClockTests(Chromium browser) : ServicesPage(browser, ticks: false)
{
    [Fact]
    public async Task A_browser_whose_clock_is_wrong_shows_the_same_times()
    {
        await using var app = await StartAsync();
        var services = SampleServices.Outage(Now);
        Services.Show(services);
        var since = services.Single(static service => service.ServiceName == "payments").Circuits[0].OpenedAt!.Value;

        var page = await Browser.OpenAsync(app.Page, script: "const real = Date.now; Date.now = () => real() - 3 * 3600e3;");

        await Expect(page.Locator("#summary")).ToContainTextAsync(
            new Regex($"{since.UtcDateTime:HH:mm:ss} \\(([2-5][0-9] s|[0-9] min [0-9]+ s) ago\\)"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task The_page_goes_on_if_the_time_of_the_server_is_changed(int hours)
    {
        var clock = new AdjustableClock();
        await using var app = await StartAsync(clock: clock);
        Services.Show([SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 })]);
        var page = await OpenAsync(app);
        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is healthy");

        clock.Shift = TimeSpan.FromHours(hours);
        Services.Show([SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 })]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is down");
        await Expect(page.Locator(".legend .succeeded b")).ToHaveTextAsync(new Regex("^[1-9]"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Times_of_past_events_follow_the_time_of_the_server(int hours)
    {
        var changed = new Regex("Last change of a circuit.* \\(([2-5][0-9] s|[0-9] min [0-9]+ s) ago\\)");
        var clock = new AdjustableClock();
        await using var app = await StartAsync(clock: clock);
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 });
        service = service with { Transitions = [SampleServices.Transition("payments", Now, CircuitState.Open, CircuitState.Closed)] };
        Services.Show([service]);
        var page = await OpenAsync(app);
        await Expect(page.Locator("#summary")).ToContainTextAsync(changed);

        clock.Shift = TimeSpan.FromHours(hours);
        Services.Show([service with { InFlight = 77 }]);

        await Expect(page.Locator(".figures")).ToContainTextAsync("77");
        await Expect(page.Locator("#summary")).ToContainTextAsync(changed);
    }
}
