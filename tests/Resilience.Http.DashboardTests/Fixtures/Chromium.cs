using Microsoft.Playwright;

namespace Resilience.Http.DashboardTests.Fixtures;

/// <summary>One browser for all tests. Without an installed Chromium they are skipped, and a line says so.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Missing =
        "Chromium is not installed, so the tests of the dashboard's page do not run. Install it with: apt-get install chromium";

    private static readonly string? Executable = Find();

    /// <summary>No test may depend on how fast a thread gets a core.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Executable is null)
        {
            await Console.Out.WriteLineAsync(Missing);
            return;
        }

        Assertions.SetDefaultExpectTimeout((float)Longest.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>A page of a browser that shares nothing with the others.</summary>
    public async Task<IPage> OpenAsync(
        Uri address,
        int width = 1440,
        int height = 900,
        ColorScheme scheme = ColorScheme.Light,
        string? user = null,
        ReducedMotion? motion = null,
        string? script = null)
    {
        Assert.SkipWhen(_browser is null, Missing);
        var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = motion,
            TimezoneId = "UTC",
            Locale = "en-GB",
        });
        context.SetDefaultTimeout((float)Longest.TotalMilliseconds);
        if (user is not null)
        {
            await context.AddCookiesAsync([new() { Name = "user", Value = user, Url = address.ToString() }]);
        }

        if (script is not null)
        {
            await context.AddInitScriptAsync(script);
        }

        var page = await context.NewPageAsync();
        await page.GotoAsync(address.ToString());
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    private static string? Find() =>
        new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
            .FirstOrDefault(File.Exists);
}
