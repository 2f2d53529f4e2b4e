using Microsoft.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using Resilience.Http.Tests.House;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>
/// Takes the screenshots of the documentation. With <c>UPDATE_SCREENSHOTS=1</c> they replace those in <c>docs/images</c>.
/// </summary>
public sealed class ScreenshotTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData("dashboard-light", 1440, 860, ColorScheme.Light)]
    [InlineData("dashboard-dark", 1440, 860, ColorScheme.Dark)]
    [InlineData("dashboard-narrow-light", 390, 844, ColorScheme.Light)]
    [InlineData("dashboard-narrow-dark", 390, 844, ColorScheme.Dark)]
    public async Task A_screenshot_shows_an_outage(string name, int width, int height, ColorScheme scheme)
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);
        services.Show(SampleServices.Outage(TimeProvider.System.GetUtcNow()));
        var page = await chromium.OpenAsync(app.Page, width, height, scheme, motion: ReducedMotion.Reduce);
        await Assertions.Expect(page.Locator("#headline")).ToHaveTextAsync("payments is down");
        await page.EvaluateAsync("document.querySelector('.app span').textContent = 'Production · host shop-7d9f'");

        var file = Path.Combine(Folder(), $"{name}.png");
        await page.ScreenshotAsync(new() { Path = file });

        Assert.InRange(new FileInfo(file).Length, 1, 150_000);
    }

    private static string Folder() => Environment.GetEnvironmentVariable("UPDATE_SCREENSHOTS") == "1"
        ? Checkout.PathOf("docs/images")
        : Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
}
