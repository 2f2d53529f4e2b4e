using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>A page that shows services which a test made up.</summary>
/// <param name="browser">The browser.</param>
/// <param name="ticks">
/// Whether the page has news every second. Otherwise it gets only what a test shows, and stays at the second in which it was shown.
/// </param>
public abstract class ServicesPage(Chromium browser, bool ticks) : IClassFixture<Chromium>, IDisposable
{
    private IDisposable? _ticks;

    private protected static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private protected Chromium Browser => browser;

    private protected FakeServices Services { get; } = new();

    public void Dispose()
    {
        StopTicks();
        GC.SuppressFinalize(this);
    }

    private protected void StopTicks() => _ticks?.Dispose();

    private protected Task<DashboardApp> StartAsync(bool steering = false, TimeProvider? clock = null)
    {
        _ticks = ticks ? Services.TickEverySecond() : null;
        return DashboardApp.StartAsync(
            services: services =>
            {
                Services.AddTo(services);
                services.AddSingleton(clock ?? TimeProvider.System);
            },
            configure: options => options.Steering = steering ? DashboardApp.Operators : null);
    }

    private protected async Task<IPage> OpenAsync(DashboardApp app, string? user = null)
    {
        var page = await browser.OpenAsync(app.Page, user: user);
        await Expect(page.Locator("#headline")).Not.ToHaveTextAsync("Waiting for data");
        return page;
    }

    private protected static IEnumerable<string> Violations(Deque.AxeCore.Commons.AxeResult result) =>
        from violation in result.Violations
        from node in violation.Nodes
        select $"{violation.Id}: {violation.Help}: {node.Html}";
}
