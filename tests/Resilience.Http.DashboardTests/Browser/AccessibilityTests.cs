using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>Usable by everybody: with a keyboard, with a screen reader, without motion.</summary>
public sealed class AccessibilityTests(Chromium browser) : ServicesPage(browser, ticks: true)
{
    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Axe_finds_no_violation(int width, ColorScheme scheme)
    {
        await using var app = await StartAsync(steering: true);
        Services.Show([.. SampleServices.Outage(Now), SampleServices.Service("shipping", Now, CircuitState.HalfOpen, static _ => default)
            with { InjectedFaults = "abort (reset) on 5 %", Fleet = "replica-1 shares the circuits" }]);
        var page = await Browser.OpenAsync(app.Page, width, 1200, scheme, user: "alice", motion: ReducedMotion.Reduce);
        await page.Locator(".toggle").First.ClickAsync();
        await Expect(page.Locator(".details tbody tr").First).ToBeVisibleAsync();

        Assert.Empty(Violations(await page.RunAxe()));

        await page.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).First.ClickAsync();
        Assert.Empty(Violations(await page.RunAxe()));
    }

    [Fact]
    public async Task Axe_finds_no_violation_while_no_data_comes()
    {
        await using var app = await StartAsync();
        Services.Show(SampleServices.Outage(Now));
        var page = await Browser.OpenAsync(app.Page);
        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is down");

        StopTicks();
        await Expect(page.Locator("body.stale")).ToHaveCountAsync(1);

        Assert.Empty(Violations(await page.RunAxe()));
    }

    [Fact]
    public async Task Words_that_may_be_unknown_are_explained_to_all()
    {
        const string Rejected = "not sent, since the circuit was open or a limit was reached";
        const string Down = "A circuit is open or isolated: its calls are rejected without being sent";
        await using var app = await StartAsync();
        Services.Show([SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 })]);
        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator(".badge")).ToHaveAttributeAsync("title", Down);
        await Expect(page.GetByRole(AriaRole.Article)).ToHaveAccessibleDescriptionAsync($"Down. {Down}");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Down 1" })).ToHaveAccessibleDescriptionAsync(Down);
        await Expect(page.Locator("li.rejected")).ToHaveTextAsync($"60rejected: {Rejected}");
        await Expect(page.Locator("li.rejected")).ToHaveAttributeAsync("title", Rejected);
        await Expect(page.Locator("#zone")).ToHaveTextAsync("Times in UTC");
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        await using var app = await StartAsync();
        Services.Show(SampleServices.Outage(Now));
        var page = await Browser.OpenAsync(app.Page);
        await Expect(page.Locator("h2").First).ToHaveTextAsync("payments");

        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator("article").First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".toggle").First).ToHaveAttributeAsync("aria-expanded", "true");
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator("article").Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("reco");
        await Expect(page.Locator(".card:visible")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".card:visible")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Nothing_is_animated_if_the_user_prefers_reduced_motion()
    {
        await using var app = await StartAsync();
        Services.Show(SampleServices.Outage(Now));
        var page = await Browser.OpenAsync(app.Page, motion: ReducedMotion.Reduce);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");

        Assert.Equal(0, await page.EvaluateAsync<int>("document.getAnimations().length"));
    }
}
