using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>Circuits that only observe: no text may say that they reject calls.</summary>
public sealed class ObserveModeTests(Chromium browser) : ServicesPage(browser, ticks: false)
{
    private const string Observed = "alls still go through (CircuitBreaker:Mode is Observe)";

    [Fact]
    public async Task An_open_circuit_that_only_observes_does_not_make_its_service_down()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);

        Services.Show([Observing(CircuitState.Open, static _ => new() { Succeeded = 3, Failed = 1 })]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is failing");
        await Expect(page.Locator("#summary")).ToContainTextAsync(
            "What happens nextCalls still go throughThe circuit has been open since");
        await Expect(page.Locator("#summary")).ToContainTextAsync($"ago), but c{Observed}");
        await Expect(page.Locator(".badge")).ToHaveTextAsync("Failing");
        await Expect(page.Locator(".story"))
            .ToHaveTextAsync(new Regex("^The circuit has been open since .*: 5 consecutive failures; last"));
        await Expect(page.Locator(".next")).ToHaveTextAsync($"C{Observed}");
        await page.Locator(".toggle").ClickAsync();
        await Expect(page.Locator(".state")).ToHaveTextAsync("Open (only observed)");
        await Expect(page.Locator("body")).Not.ToContainTextAsync("Down since");
    }

    [Theory]
    [InlineData(CircuitState.Open, "has been open")]
    [InlineData(CircuitState.HalfOpen, "has not been closed")]
    [InlineData(CircuitState.Isolated, "has been isolated by hand")]
    public async Task A_service_that_is_only_observed_is_judged_by_its_calls(CircuitState state, string story)
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);

        Services.Show([Observing(state, static _ => new() { Succeeded = 3 })]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is healthy");
        await Expect(page.Locator(".story")).ToContainTextAsync($"The circuit {story} since");
        await Expect(page.Locator(".next")).ToHaveTextAsync($"C{Observed}");
    }

    [Fact]
    public async Task A_closed_circuit_that_only_observes_never_stopped_calls_and_will_not()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = Observing(CircuitState.Closed, static _ => new() { Succeeded = 3, Failed = 1 });

        Services.Show([service with { Circuits = [service.Circuits[0] with { Reason = "2 of 3 trials succeeded" }] }]);

        await Expect(page.Locator(".story")).ToHaveTextAsync(new Regex("^The circuit is closed since .*: 2 of 3 trials succeeded$"));
        await Expect(page.Locator("#summary")).ToContainTextAsync($"If more fail, the circuit opens, but c{Observed}");
    }

    [Fact]
    public async Task The_opening_of_a_circuit_that_only_observes_is_announced_as_such()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        Services.Show([Observing(CircuitState.Open, static _ => new() { Succeeded = 3 })]);
        await Expect(page.Locator("h2")).ToHaveTextAsync("payments");

        Services.Report(SampleServices.Transition("payments", Now, CircuitState.Closed, CircuitState.Open));

        await Expect(page.Locator("#news")).ToContainTextAsync($"payments: Open, but c{Observed}. 5 consecutive failures");
        await Expect(page.Locator("#summary")).ToContainTextAsync("payments: open (only observed)");
    }

    [Fact]
    public async Task The_dialog_says_that_an_isolation_is_only_observed()
    {
        await using var app = await StartAsync(steering: true);
        var page = await OpenAsync(app, user: "alice");
        Services.Show([Observing(CircuitState.Closed, static _ => default)]);
        await page.Locator(".toggle").ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync($"The isolation is reported, but c{Observed}.");
    }

    [Fact]
    public async Task A_limit_is_named_although_an_observed_circuit_is_open()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);

        Services.Show([Observing(CircuitState.Open, static _ => new() { Succeeded = 5, Rejected = 5 })
            with { LimitRejection = "10 requests are in flight" }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is limited");
    }

    [Fact]
    public async Task Circuits_that_are_off_or_only_observe_are_not_announced_to_open()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        static TrafficSecond Failing(int second) => new() { Succeeded = 3, Failed = 1 };
        var off = SampleServices.Service("off", Now, CircuitState.Closed, Failing) with { Circuits = [], HalfOpenMaxCalls = null };
        var observing = Observing(CircuitState.Open, Failing);

        Services.Show([off, observing]);
        await Expect(page.Locator("#summary")).ToContainTextAsync("Their circuit breakers are switched off or only observe");

        Services.Show([off, observing, SampleServices.Service("on", Now, CircuitState.Closed, Failing)]);
        await Expect(page.Locator("#summary")).ToContainTextAsync("If more fail, circuits open and reject calls of 1 of them");
    }

    private static ServiceSnapshot Observing(CircuitState state, Func<int, TrafficSecond> traffic)
    {
        var service = SampleServices.Service("payments", Now, state, traffic);
        return service with { Circuits = [service.Circuits[0] with { Mode = HttpCircuitBreakerMode.Observe }] };
    }
}
