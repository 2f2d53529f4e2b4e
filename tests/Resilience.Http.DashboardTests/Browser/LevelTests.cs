using Deque.AxeCore.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>What the page calls a service: down, limited, idle, off.</summary>
public sealed class LevelTests(Chromium browser) : ServicesPage(browser, ticks: true)
{
    [Fact]
    public async Task The_worst_service_comes_first()
    {
        await using var app = await StartAsync();
        Services.Show([
            SampleServices.Service("a-idle", Now, CircuitState.Closed, static _ => default) with { InFlight = 0 },
            SampleServices.Service("b-healthy", Now, CircuitState.Closed, static _ => new() { Succeeded = 3 }),
            SampleServices.Service("c-failing", Now, CircuitState.Closed, static _ => new() { Succeeded = 3, Failed = 1 }),
            SampleServices.Service("d-recovering", Now, CircuitState.HalfOpen, static _ => default),
            SampleServices.Service("e-down", Now, CircuitState.Open, static _ => new() { Rejected = 1 }),
        ]);

        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator("h2")).ToHaveTextAsync(["e-down", "d-recovering", "c-failing", "b-healthy", "a-idle"]);
        await Expect(page.Locator(".story")).ToContainTextAsync(
            ["Down since", "Down since", "Calls go through, but some fail", "No outage since start", "No outage since start"]);
        await Expect(page.Locator(".badge")).ToHaveTextAsync(["Down", "Recovering", "Failing", "Healthy", "Idle"]);
    }

    [Fact]
    public async Task A_limit_that_rejects_is_named_and_the_service_is_not_blamed()
    {
        const string Reason = "the limit of all replicas together is 5 request(s) per 1 s (RateLimit:Permits), and no request may wait";
        await using var app = await StartAsync();
        var service = SampleServices.Service(
            "payments", Now.AddHours(-1), CircuitState.Closed, static _ => new() { Succeeded = 5, Rejected = 5 });
        Services.Show([service with { LimitRejection = Reason }]);

        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is limited");
        await Expect(page.Locator("#summary")).ToContainTextAsync($"Calls beyond a limit are rejectedT{Reason[1..]}");
        await Expect(page.Locator(".badge")).ToHaveTextAsync("Limited");
        await Expect(page.Locator(".story")).ToHaveTextAsync($"A limit rejects calls: {Reason}");
    }

    [Fact]
    public async Task Several_services_that_only_a_limit_rejects_are_limited()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("a", Now, CircuitState.Closed, static _ => new() { Succeeded = 5, Rejected = 5 });
        var limited = service with { LimitRejection = "10 requests are in flight" };

        Services.Show([limited, limited with { ServiceName = "b" }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("2 of 2 services are limited");
        await Expect(page.Locator("#summary")).ToContainTextAsync("Calls beyond a limit are rejected");
    }

    [Fact]
    public async Task A_service_is_partly_down_if_calls_to_another_authority_go_through()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Succeeded = 3, Rejected = 1 });
        var other = SampleServices.Service("backup", Now, CircuitState.Closed, static _ => default).Circuits[0];

        Services.Show([service with { Circuits = [other, .. service.Circuits] }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is partly down");
        await Expect(page.Locator("#summary")).ToContainTextAsync("https://payments.internal: 5 consecutive failures");
        await Expect(page.Locator("#summary")).ToContainTextAsync("Calls to other authorities go through");
        await Expect(page.Locator(".badge")).ToHaveTextAsync("Partly down");
    }

    [Fact]
    public async Task A_service_without_circuit_breaker_is_shown_as_such_whatever_its_outcomes()
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Succeeded = 3, Failed = 1 });
        Services.Show([service with { Circuits = [], HalfOpenMaxCalls = null, InFlight = 2, InFlightLimit = 10 }]);

        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator(".story")).ToHaveTextAsync("The circuit breaker is switched off: calls go through, but some fail");
        await Expect(page.Locator("#summary")).ToContainTextAsync("The circuit breaker is switched off, so no circuit opens");
        await Expect(page.Locator(".figures")).ToContainTextAsync("2 of 10");
    }

    [Fact]
    public async Task A_service_that_is_switched_off_is_neither_idle_nor_down()
    {
        const string Off = "The chain is switched off (Enabled is false): calls bypass it, and nothing is counted";
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => default);
        Services.Show([service with { Enabled = false }]);

        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is switched off");
        await Expect(page.Locator(".badge")).ToHaveTextAsync("Off");
        await Expect(page.Locator(".story")).ToHaveTextAsync(Off);
    }

    [Fact]
    public async Task A_service_without_calls_is_not_shown_as_healthy()
    {
        await using var app = await StartAsync();
        var idle = SampleServices.Service("a-idle", Now, CircuitState.Closed, static _ => default) with { Circuits = [], InFlight = 0 };
        Services.Show([idle]);
        var page = await Browser.OpenAsync(app.Page);
        await Expect(page.Locator("#headline")).ToHaveTextAsync("a-idle is idle");
        await Expect(page.Locator(".story")).ToHaveTextAsync("No call was made yet");

        var healthy = SampleServices.Service("b", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 });
        Services.Show([idle, healthy, idle with { ServiceName = "c-off", Enabled = false }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("1 of 3 services is healthy, the others idle or off");
    }

    [Fact]
    public async Task The_dashboard_of_an_app_without_services_explains_how_to_register_one()
    {
        await using var app = await StartAsync();
        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("No service is registered");
        await Expect(page.Locator("#none")).ToHaveTextAsync("This app has no resilient client. AddResilientHttpClient registers one.");
        Assert.Empty(Violations(await page.RunAxe()));
    }

    [Fact]
    public async Task Several_services_of_which_one_is_partly_down_are_not_all_down()
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("a", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        var other = SampleServices.Service("backup", Now, CircuitState.Closed, static _ => default).Circuits[0];
        Services.Show([service, service with { ServiceName = "b", Circuits = [other, .. service.Circuits] }]);

        var page = await OpenAsync(app);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("2 of 2 services are down or partly down");
    }

    [Fact]
    public async Task A_service_whose_calls_do_not_end_is_not_shown_as_unused()
    {
        await using var app = await StartAsync();
        Services.Show([SampleServices.Service("payments", Now, CircuitState.Closed, static _ => default) with { InFlight = 200 }]);

        var page = await OpenAsync(app);

        await Expect(page.Locator(".story")).ToHaveTextAsync(
            "No call ended in the last 60 s, but 200 requests are in flight: see whether the service hangs");
    }

    [Theory]
    [InlineData(0.9, true)]
    [InlineData(1, false)]
    public async Task A_failing_service_shows_whether_its_retry_budget_is_empty(double budget, bool isEmpty)
    {
        const string NoRetries = "The retry budget is empty: failed calls are not retried";
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Succeeded = 3, Failed = 1 });
        Services.Show([service with { RetryBudget = budget }]);

        var page = await OpenAsync(app);

        await Expect(page.Locator(".figures")).ToContainTextAsync(isEmpty ? "empty: no retries" : "1 of 100 left");
        await Expect(page.Locator("#summary .note").Nth(1)).ToHaveTextAsync(
            $"If more fail, the circuit opens and rejects calls{(isEmpty ? $" {NoRetries}" : "")}");
    }
}
