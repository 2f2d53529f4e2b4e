using System.Globalization;
using System.Text.RegularExpressions;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>What the page says of an outage: since when, why, and what happens next.</summary>
public sealed class OutageTests(Chromium browser) : ServicesPage(browser, ticks: false)
{
    [Theory]
    [InlineData("the trial failed, last 404 NotFound", "the trial failed; last response: 404 Not Found")]
    [InlineData(
        "60 of 100 results in 30 s were failures, last HttpRequestException: Connection refused",
        "60 of 100 results in 30 s were failures; last failure: HttpRequestException: Connection refused")]
    [InlineData(
        "5 consecutive failures, last the AttemptTimeout",
        "5 consecutive failures; last failure: no answer within the AttemptTimeout")]
    [InlineData("the migration failed, last 503 ServiceUnavailable", "the migration failed, last 503 ServiceUnavailable")]
    public async Task A_generated_reason_is_spelled_out_and_a_users_reason_is_left_unchanged(string reason, string expected)
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        Services.Show([service with { Circuits = [service.Circuits[0] with { Reason = reason }] }]);

        var page = await Browser.OpenAsync(app.Page);

        await Expect(page.Locator("#summary > div").First).ToContainTextAsync($"ago){expected}");
    }

    [Theory]
    [InlineData(1, "Trial call in 7 s", "If it succeeds")]
    [InlineData(2, "Trial calls in 7 s", "If both succeed")]
    [InlineData(3, "Trial calls in 7 s", "If most of the 3 trials succeed")]
    [InlineData(4, "Trial calls in 7 s", "If most of the 4 trials succeed")]
    public async Task The_banner_says_the_rule_for_trials(int trials, string next, string rule)
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        Services.Show([service with { HalfOpenMaxCalls = trials }]);
        var page = await Browser.OpenAsync(app.Page);
        var seen = await SeenTexts.WatchAsync(page);

        await seen.FindAsync(
            $"What happens next ?{next.Replace("7", "[1-7]", StringComparison.Ordinal)} ?{rule}, calls go through ?"
                + "Otherwise it stays down for 15 to 33 s more \\(longer if its Retry-After says so\\)");
    }

    [Fact]
    public async Task An_outage_keeps_its_reason_and_the_last_trials_have_a_line_of_their_own()
    {
        await using var app = await StartAsync();
        Services.Show(SampleServices.Outage(Now));
        var page = await Browser.OpenAsync(app.Page);
        var facts = page.Locator("#summary > div");

        await Expect(facts.Nth(0)).ToContainTextAsync("ago)5 consecutive failures; last response: 503 Service Unavailable");
        await Expect(facts.Nth(1)).ToContainTextAsync("Last time: 2 of 3 trials failed; last response: 503 Service Unavailable");
        await Expect(page.Locator(".story").First).ToContainTextAsync("5 consecutive failures");
    }

    [Fact]
    public async Task The_longer_outage_of_two_open_circuits_counts()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        var longer = service.Circuits[0] with { Authority = "https://z.internal", OpenedAt = Now.AddMinutes(-30), Since = Now };

        Services.Show([service with { Circuits = [.. service.Circuits, longer] }]);

        await Expect(page.Locator("#summary")).ToContainTextAsync(new Regex("\\((29|30) min .*ago\\)https://z.internal: "));
    }

    [Fact]
    public async Task A_reason_from_the_fleet_is_not_shown_as_the_result_of_a_trial()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });

        Services.Show([service with
        {
            Circuits = [service.Circuits[0] with { Since = Now, Reason = "2 of 3 replicas hold it open" }],
            Fleet = "replica-1 shares the circuits",
        }]);

        await Expect(page.Locator("#summary")).ToContainTextAsync("Otherwise it stays down");
        await Expect(page.Locator("#summary")).Not.ToContainTextAsync("Last time");
    }

    [Theory]
    [InlineData(1, null, "The trial call is out, it ends within 4 s")]
    [InlineData(3, null, "Trial calls are out, all end within 4 s")]
    [InlineData(3, "replica-1 shares the circuits", "Trial calls of the replicas decide")]
    public async Task Trials_in_flight_are_shown_without_a_promised_time_of_decision(int trials, string? fleet, string expected)
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.HalfOpen, static _ => default);

        Services.Show([service with
        {
            Circuits = [service.Circuits[0] with { RetryAfter = TimeSpan.FromSeconds(4) }],
            HalfOpenMaxCalls = trials,
            Fleet = fleet,
        }]);

        await Expect(page.Locator(".next")).ToHaveTextAsync(expected);
    }

    [Theory]
    [InlineData(1500, 5000, "1.5 to 5.5 s")]
    [InlineData(5000, 5000, "5 to 5.5 s")]
    [InlineData(500, 900, "500 ms to 990 ms")]
    [InlineData(500, 1000, "500 ms to 1.1 s")]
    [InlineData(30_000, 60_000, "30 s to 1 min 6 s")]
    public async Task The_length_of_the_next_break_includes_the_tenth_that_chance_adds(int least, int most, string expected)
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        Services.Show([service with
        {
            RecoveryTimeout = TimeSpan.FromMilliseconds(least),
            MaxRecoveryTimeout = TimeSpan.FromMilliseconds(most),
        }]);

        var page = await OpenAsync(app);

        await Expect(page.Locator("#summary")).ToContainTextAsync($"Otherwise it stays down for {expected} more (");
    }

    [Theory]
    [InlineData(CircuitState.HalfOpen, true, "isolated by hand until (.*, )?{0:HH:mm:ss}: migration")]
    [InlineData(CircuitState.Open, true, "isolated by hand until (.*, )?{0:HH:mm:ss}: migration")]
    [InlineData(CircuitState.Open, false, "an isolation by hand that has ended: migration")]
    [InlineData(CircuitState.Isolated, false, "migration")]
    public async Task An_isolation_that_has_ended_is_not_the_reason_of_what_follows(CircuitState state, bool isEndKnown, string expected)
    {
        await using var app = await StartAsync();
        var (began, ended) = (Now.AddMinutes(-15), Now.AddSeconds(-30));
        var service = SampleServices.Service("payments", Now, state, static _ => default);
        var reason = state switch
        {
            CircuitState.Isolated => "migration (by alice)",
            CircuitState.HalfOpen => "the isolation has ended",
            _ => "the trial failed, last 503 ServiceUnavailable",
        };
        var isolation = SampleServices.Transition("payments", Now, CircuitState.Closed, CircuitState.Isolated)
            with
        { At = began, Reason = "migration (by alice)" };
        var end = SampleServices.Transition("payments", Now, CircuitState.Isolated, CircuitState.HalfOpen)
            with
        { At = ended, Reason = "the isolation has ended" };
        Services.Show([service with
        {
            Circuits = [service.Circuits[0] with
            {
                Since = state == CircuitState.Isolated ? began : ended,
                OpenedAt = began,
                Reason = reason,
            }],
            Transitions = isEndKnown ? [end, isolation] : [isolation],
        }]);

        var page = await OpenAsync(app);

        var text = string.Format(CultureInfo.InvariantCulture, expected, ended.UtcDateTime);
        await Expect(page.Locator("#summary > div").First).ToContainTextAsync(new Regex($"ago\\){text} \\(by alice\\)"));
        await Expect(page.Locator(".story")).ToHaveTextAsync(new Regex($"\\): {text} \\(by alice\\)$"));
    }

    [Fact]
    public async Task The_earliest_trial_of_several_outages_is_shown_as_what_happens_next()
    {
        await using var app = await StartAsync();
        var waits = SampleServices.Service("a", Now, CircuitState.HalfOpen, static _ => default);
        var isNext = SampleServices.Service("b", Now, CircuitState.HalfOpen, static _ => default);
        Services.Show([waits with { Circuits = [waits.Circuits[0] with { RetryAfter = TimeSpan.FromSeconds(20) }] }, isNext]);

        var page = await OpenAsync(app);

        await Expect(page.Locator("#summary > div").Nth(1)).ToHaveTextAsync("What happens nextThe next call is a trialb");
    }
}
