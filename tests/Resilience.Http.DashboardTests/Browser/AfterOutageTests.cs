using System.Text.RegularExpressions;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>A circuit that closed: what came before belongs to the outage that is over.</summary>
public sealed class AfterOutageTests(Chromium browser) : ServicesPage(browser, ticks: false)
{
    [Theory]
    [InlineData(0, "healthy", "No calls since the circuit closed")]
    [InlineData(4, "healthy", "No: 3 calls answered since the circuit closed")]
    [InlineData(60, "failing", "Yes: 7 of 10 calls in the last 10 s")]
    public async Task A_service_is_judged_by_its_calls_after_the_circuit_closed(int closedFor, string headline, string callers)
    {
        var clock = new AdjustableClock { Fixed = Now };
        await using var app = await StartAsync(clock: clock);
        var service = SampleServices.Service(
            "payments", Now, CircuitState.Closed, static second => second < 57 ? new() { Failed = 1 } : new() { Succeeded = 1 });

        Services.Show([service with
        {
            Circuits = [service.Circuits[0] with { Since = clock.Fixed.Value.AddSeconds(-closedFor), Reason = "2 of 3 trials succeeded" }],
        }]);

        var page = await OpenAsync(app);

        await Expect(page.Locator("#headline")).ToHaveTextAsync($"payments is {headline}");
        await Expect(page.Locator("#summary")).ToContainTextAsync(callers);
        await Expect(page.Locator(".window")).ToContainTextAsync(closedFor < 10 ? "Since the circuit closed" : "Last 10 s");
    }

    [Fact]
    public async Task Calls_that_a_circuit_rejected_until_just_now_are_not_attributed_to_a_limit()
    {
        var clock = new AdjustableClock { Fixed = Now };
        await using var app = await StartAsync(clock: clock);
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Rejected = 5 });
        Services.Show([service with
        {
            LimitRejection = "10 requests are in flight and ConcurrencyLimit:Limit allows 10",
            Circuits = [service.Circuits[0] with { Since = clock.Fixed.Value, Reason = "the trial succeeded" }],
            LastMinute = [.. service.LastMinute.Skip(1), new() { Succeeded = 1 }],
        }]);

        var page = await OpenAsync(app);

        await Expect(page.Locator(".story")).ToContainTextAsync("Calls go through again since");
        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is healthy");
    }

    [Fact]
    public async Task A_circuit_that_closed_before_the_clock_was_set_back_hides_no_failure()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Failed = 1 });

        Services.Show([service with
        {
            Circuits = [service.Circuits[0] with { Since = Now.AddHours(1), Reason = "2 of 3 trials succeeded" }],
        }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is failing");
    }

    [Fact]
    public async Task A_circuit_that_was_reset_while_it_was_closed_stopped_no_call()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 });

        Services.Show([service with { Circuits = [service.Circuits[0] with { Reason = "reset by hand" }] }]);

        await Expect(page.Locator(".story")).ToHaveTextAsync(new Regex("^Calls go through, the circuit was reset at .* ago\\)$"));
    }

    [Fact]
    public async Task A_service_that_was_never_down_is_not_shown_as_recovered()
    {
        await using var app = await StartAsync();
        var never = SampleServices.Service("a", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 });
        var back = SampleServices.Service("b", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 });
        Services.Show([never, back with { Circuits = [back.Circuits[0] with { Reason = "2 of 3 trials succeeded" }] }]);
        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator(".story").First).ToHaveTextAsync("No outage since start");
        await Expect(page.Locator(".story").Last).ToHaveTextAsync(
            new Regex("^Calls go through again since .*: 2 of 3 trials succeeded$"));
    }

    [Theory]
    [InlineData(0, "Last failure since start: 503 Service Unavailable")]
    [InlineData(1, "Last failure: 503 Service Unavailable")]
    public async Task A_failure_of_long_ago_is_not_shown_as_recent(int retried, string expected)
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, _ => new() { Succeeded = 1, Retried = retried });

        Services.Show([service with { Circuits = [service.Circuits[0] with { LastFailure = "503 ServiceUnavailable" }] }]);

        await Expect(page.Locator(".next")).ToHaveTextAsync(expected);
    }
}
