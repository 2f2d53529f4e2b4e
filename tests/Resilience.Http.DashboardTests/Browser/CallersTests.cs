using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>What the page says of the callers: an answer, an error, or a fallback.</summary>
public sealed class CallersTests(Chromium browser) : ServicesPage(browser, ticks: true)
{
    [Fact]
    public async Task Callers_that_a_fallback_answers_are_shown_as_unaffected()
    {
        await using var app = await StartAsync();
        Services.Show(
            [SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 2, FallbackAnswered = 2 })]);

        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator("#summary")).ToContainTextAsync("No: a fallback answered all 20 calls in the last 10 s20 rejected");
    }

    [Theory]
    [InlineData(0, 18, "20 of 200 calls", "200 rejected; a fallback answered 180 of them")]
    [InlineData(1, 18, "20 of 210 calls", "200 rejected; a fallback answered 180 of them")]
    [InlineData(0, 0, "all 200 calls", "200 rejected; no fallback answered")]
    public async Task The_banner_and_the_card_show_what_happened_to_the_calls(int succeeded, int fallbacks, string hurt, string note)
    {
        await using var app = await StartAsync();
        Services.Show([SampleServices.Service("payments", Now, CircuitState.Open, _ => new()
        {
            Succeeded = succeeded,
            Rejected = 20,
            FallbackAnswered = fallbacks,
        })]);

        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator("#summary")).ToContainTextAsync($"Yes: {hurt} in the last 10 s{note}");
        await Expect(page.Locator(".card .callers")).ToHaveTextAsync($"Callers are hurt: {hurt}");
        await Expect(page.Locator(".card .window")).ToHaveTextAsync($"Last 10 s: {note}");
    }

    [Theory]
    [InlineData(99, "Healthy", "fine")]
    [InlineData(9, "Failing", "covered")]
    public async Task A_fallback_is_a_warning_from_5_percent_of_the_calls_on(int succeeded, string badge, string level)
    {
        await using var app = await StartAsync();
        Services.Show([SampleServices.Service("payments", Now, CircuitState.Closed, _ => new()
        {
            Succeeded = succeeded,
            Failed = 1,
            FallbackAnswered = 1,
        })]);

        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator(".badge")).ToHaveTextAsync(badge);
        await Expect(page.Locator(".callers")).ToHaveTextAsync(
            $"Callers are not hurt: a fallback answered 10 of {10 * (succeeded + 1):N0} calls");
        await Expect(page.Locator(".callers")).ToHaveAttributeAsync("data-level", level);
        await Expect(page.Locator(".window")).ToHaveTextAsync("Last 10 s: 10 failed");
    }
}
