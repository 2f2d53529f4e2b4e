using Microsoft.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>Usable with 500 services. Measured while no other test runs.</summary>
[Collection(nameof(Alone))]
public sealed class ManyServicesTests(Chromium chromium, ITestOutputHelper output) : IClassFixture<Chromium>
{
    private const int Count = 500;
    private const int Seconds = 10;

    [Fact]
    public async Task Five_hundred_services_are_painted_within_a_second_and_take_less_than_15_percent_of_a_core()
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);
        services.Show(SampleServices.Many(Count, TimeProvider.System.GetUtcNow()));
        var page = await chromium.OpenAsync(app.Page);
        await Expect(page.Locator("#headline")).ToHaveTextAsync("3 of 500 services are down");
        var painted = await page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
        var cards = await page.EvaluateAsync<double>("performance.getEntriesByName('resilience-first-render')[0].startTime");

        var devtools = await page.Context.Browser!.NewBrowserCDPSessionAsync();
        var before = await BusyAsync(devtools);
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var turn = 1; turn <= Seconds; turn++)
        {
            await clock.WaitForNextTickAsync();
            services.Show(SampleServices.Many(Count, TimeProvider.System.GetUtcNow(), turn));
        }

        var busy = (await BusyAsync(devtools) - before) / Seconds;
        output.WriteLine($"First paint {painted:0} ms, all services {cards:0} ms, {busy:P1} of a core.");
        Assert.InRange(painted, 0, 1000);
        Assert.InRange(cards, 0, 1000);
        Assert.InRange(busy, 0, 0.15);
    }

    /// <summary>The processor time that the process of the page has used, in seconds.</summary>
    private static async Task<double> BusyAsync(ICDPSession devtools)
    {
        var answer = await devtools.SendAsync("SystemInfo.getProcessInfo");
        return answer!.Value.GetProperty("processInfo").EnumerateArray()
            .Where(static process => process.GetProperty("type").GetString() == "renderer")
            .Sum(static process => process.GetProperty("cpuTime").GetDouble());
    }
}

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
