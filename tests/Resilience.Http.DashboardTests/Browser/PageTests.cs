using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>What the page does with what it gets.</summary>
public sealed class PageTests : IClassFixture<Chromium>, IDisposable
{
    private const string Markup = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

    private readonly FakeServices _services = new();
    private readonly Chromium _chromium;
    private readonly IDisposable _ticks;

    public PageTests(Chromium chromium) => (_chromium, _ticks) = (chromium, _services.TickEverySecond());

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Axe_finds_no_violation(int width, ColorScheme scheme)
    {
        await using var app = await StartAsync(steering: true);
        _services.Show([.. SampleServices.Outage(Now), SampleServices.Service("shipping", Now, CircuitState.HalfOpen, static _ => default)
            with { InjectedFaults = "abort (reset) on 5 %", Fleet = "replica-1 shares the circuits" }]);
        var page = await _chromium.OpenAsync(app.Page, width, 1200, scheme, user: "alice", motion: ReducedMotion.Reduce);
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
        _services.Show(SampleServices.Outage(Now));
        var page = await _chromium.OpenAsync(app.Page);
        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is down");

        _ticks.Dispose();
        await Expect(page.Locator("body.stale")).ToHaveCountAsync(1);

        Assert.Empty(Violations(await page.RunAxe()));
    }

    [Fact]
    public async Task The_worst_service_comes_first()
    {
        await using var app = await StartAsync();
        _services.Show([
            SampleServices.Service("a-idle", Now, CircuitState.Closed, static _ => default),
            SampleServices.Service("b-healthy", Now, CircuitState.Closed, static _ => new() { Succeeded = 3 }),
            SampleServices.Service("c-failing", Now, CircuitState.Closed, static _ => new() { Succeeded = 3, Failed = 1 }),
            SampleServices.Service("d-recovering", Now, CircuitState.HalfOpen, static _ => default),
            SampleServices.Service("e-down", Now, CircuitState.Open, static _ => new() { Rejected = 1 }),
        ]);

        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator("h2")).ToHaveTextAsync(["e-down", "d-recovering", "c-failing", "b-healthy", "a-idle"]);
        await Expect(page.Locator(".story")).ToContainTextAsync(
            ["Down since", "Down since", "Calls go through, but some fail", "No outage since start", "No outage since start"]);
        await Expect(page.Locator(".badge")).ToHaveTextAsync(["Down", "Recovering", "Failing", "Healthy", "Idle"]);
    }

    [Fact]
    public async Task Callers_that_a_fallback_answers_are_not_hurt()
    {
        await using var app = await StartAsync();
        _services.Show(
            [SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 2, FallbackAnswered = 2 })]);

        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator("#summary")).ToContainTextAsync("No: a fallback answered all 20 calls in the last 10 s20 rejected");
    }

    [Theory]
    [InlineData(0, 18, "20 of 200 calls", "200 rejected; a fallback answered 180 of them")]
    [InlineData(1, 18, "20 of 210 calls", "200 rejected; a fallback answered 180 of them")]
    [InlineData(0, 0, "all 200 calls", "200 rejected; no fallback answered")]
    public async Task The_banner_and_the_card_say_what_became_of_the_calls(int succeeded, int fallbacks, string hurt, string note)
    {
        await using var app = await StartAsync();
        _services.Show([SampleServices.Service("payments", Now, CircuitState.Open, _ => new()
        {
            Succeeded = succeeded,
            Rejected = 20,
            FallbackAnswered = fallbacks,
        })]);

        var page = await _chromium.OpenAsync(app.Page);

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
        _services.Show([SampleServices.Service("payments", Now, CircuitState.Closed, _ => new()
        {
            Succeeded = succeeded,
            Failed = 1,
            FallbackAnswered = 1,
        })]);

        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator(".badge")).ToHaveTextAsync(badge);
        await Expect(page.Locator(".callers")).ToHaveTextAsync(
            $"Callers are not hurt: a fallback answered 10 of {10 * (succeeded + 1):N0} calls");
        await Expect(page.Locator(".callers")).ToHaveAttributeAsync("data-level", level);
        await Expect(page.Locator(".window")).ToHaveTextAsync("Last 10 s: 10 failed");
    }

    [Fact]
    public async Task A_limit_that_rejects_is_named_and_the_service_is_not_blamed()
    {
        const string Reason = "the limit of all replicas together is 5 request(s) per 1 s (RateLimit:Permits), and no request may wait";
        await using var app = await StartAsync();
        var service = SampleServices.Service(
            "payments", Now.AddHours(-1), CircuitState.Closed, static _ => new() { Succeeded = 5, Rejected = 5 });
        _services.Show([service with { LimitRejection = Reason }]);

        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is limited");
        await Expect(page.Locator("#summary")).ToContainTextAsync($"Calls beyond a limit are rejected{Reason}");
        await Expect(page.Locator(".badge")).ToHaveTextAsync("Limited");
        await Expect(page.Locator(".story")).ToHaveTextAsync($"A limit rejects calls: {Reason}");
    }

    [Fact]
    public async Task A_service_without_circuit_breaker_says_so_whatever_its_calls_came_to()
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Succeeded = 3, Failed = 1 });
        _services.Show([service with { Circuits = [], HalfOpenMaxCalls = null, InFlight = 2, InFlightLimit = 10 }]);

        var page = await _chromium.OpenAsync(app.Page);

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
        _services.Show([service with { Enabled = false }]);

        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is switched off");
        await Expect(page.Locator(".badge")).ToHaveTextAsync("Off");
        await Expect(page.Locator(".story")).ToHaveTextAsync(Off);
    }

    [Fact]
    public async Task A_service_without_a_call_is_not_called_healthy()
    {
        await using var app = await StartAsync();
        var idle = SampleServices.Service("a-idle", Now, CircuitState.Closed, static _ => default) with { Circuits = [] };
        _services.Show([idle]);
        var page = await _chromium.OpenAsync(app.Page);
        await Expect(page.Locator("#headline")).ToHaveTextAsync("a-idle is idle");
        await Expect(page.Locator(".story")).ToHaveTextAsync("No call was made yet");

        var healthy = SampleServices.Service("b", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 });
        _services.Show([idle, healthy, idle with { ServiceName = "c-off", Enabled = false }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("1 of 3 services is healthy, the others idle or off");
    }

    [Fact]
    public async Task An_app_without_services_says_how_to_get_one()
    {
        await using var app = await StartAsync();
        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("No service is registered");
        await Expect(page.Locator("#none")).ToHaveTextAsync("This app has no resilient client. AddResilientHttpClient registers one.");
        Assert.Empty(Violations(await page.RunAxe()));
    }

    [Theory]
    [InlineData("the trial failed, last 404 NotFound", "the trial failed; last response: 404 Not Found")]
    [InlineData(
        "60 of 100 results in 30 s were failures, last HttpRequestException: Connection refused",
        "60 of 100 results in 30 s were failures; last failure: HttpRequestException: Connection refused")]
    [InlineData("the migration failed, last 503 ServiceUnavailable", "the migration failed, last 503 ServiceUnavailable")]
    public async Task A_reason_is_spelled_out_and_that_of_a_user_is_left_alone(string reason, string expected)
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        _services.Show([service with { Circuits = [service.Circuits[0] with { Reason = reason }] }]);

        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator("#summary > div").First).ToContainTextAsync($"ago){expected}");
    }

    [Theory]
    [InlineData(1, "Trial call in 7 s", "If it succeeds, calls go through ?Otherwise it stays down for 15 to 30 s more")]
    [InlineData(2, "Trial calls in 7 s", "If both succeed, calls go through ?Otherwise it stays down for 15 to 30 s more")]
    [InlineData(3, "Trial calls in 7 s", "If most of the 3 trials succeed, calls go through ?Otherwise it stays down for 15 to 30 s more")]
    [InlineData(4, "Trial calls in 7 s", "If most of the 4 trials succeed, calls go through ?Otherwise it stays down for 15 to 30 s more")]
    public async Task The_banner_says_the_rule_for_trials(int trials, string next, string rule)
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        _services.Show([service with { HalfOpenMaxCalls = trials }]);
        var page = await _chromium.OpenAsync(app.Page);
        var seen = await SeenTexts.WatchAsync(page);

        await seen.FindAsync($"What happens next ?{next.Replace("7", "[1-7]", StringComparison.Ordinal)} ?{rule}");
    }

    [Fact]
    public async Task An_outage_keeps_its_reason_and_the_last_trials_have_a_line_of_their_own()
    {
        await using var app = await StartAsync();
        _services.Show(SampleServices.Outage(Now));
        var page = await _chromium.OpenAsync(app.Page);
        var facts = page.Locator("#summary > div");

        await Expect(facts.Nth(0)).ToContainTextAsync("ago)5 consecutive failures; last response: 503 Service Unavailable");
        await Expect(facts.Nth(1)).ToContainTextAsync("Last time: 2 of 3 trials failed; last response: 503 Service Unavailable");
        await Expect(page.Locator(".story").First).ToContainTextAsync("5 consecutive failures");
    }

    [Fact]
    public async Task A_service_that_was_never_down_does_not_look_as_if_it_came_back()
    {
        await using var app = await StartAsync();
        var never = SampleServices.Service("a", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 });
        var back = SampleServices.Service("b", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 });
        _services.Show([never, back with { Circuits = [back.Circuits[0] with { Reason = "2 of 3 trials succeeded" }] }]);
        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator(".story").First).ToHaveTextAsync("No outage since start");
        await Expect(page.Locator(".story").Last).ToHaveTextAsync(
            new Regex("^Calls go through again since .*: 2 of 3 trials succeeded$"));
    }

    [Fact]
    public async Task Words_that_may_be_unknown_are_explained_to_all()
    {
        const string Rejected = "not sent, since the circuit was open or a limit was reached";
        const string Down = "A circuit is open or isolated: its calls are rejected without being sent";
        await using var app = await StartAsync();
        _services.Show([SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 })]);
        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator(".badge")).ToHaveAttributeAsync("title", Down);
        await Expect(page.GetByRole(AriaRole.Article)).ToHaveAccessibleDescriptionAsync($"Down. {Down}");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Down 1" })).ToHaveAccessibleDescriptionAsync(Down);
        await Expect(page.Locator("li.rejected")).ToHaveTextAsync($"60rejected: {Rejected}");
        await Expect(page.Locator("li.rejected")).ToHaveAttributeAsync("title", Rejected);
        await Expect(page.Locator("#zone")).ToHaveTextAsync("Times in UTC");
    }

    [Fact]
    public async Task Markup_in_names_and_reasons_is_text()
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service(Markup, Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        _services.Settings = [new(Markup, Markup, Markup)];
        var circuit = service.Circuits[0] with { Reason = Markup, LastFailure = Markup, Authority = Markup };
        _services.Show([service with { InjectedFaults = Markup, Fleet = Markup, Circuits = [circuit] }]);
        var page = await _chromium.OpenAsync(app.Page);
        var violations = new List<string>();
        page.Console += (_, message) => violations.Add(message.Text);

        await Expect(page.Locator("#headline")).ToHaveTextAsync($"{Markup} is down");
        await page.Locator(".toggle").ClickAsync();
        await Expect(page.Locator(".details")).ToContainTextAsync(Markup);

        await Expect(page.Locator("img[src=x]")).ToHaveCountAsync(0);
        Assert.NotEqual("owned", await page.TitleAsync());
        Assert.Empty(violations);
    }

    [Fact]
    public async Task The_details_show_the_state_of_the_fleet()
    {
        await using var app = await StartAsync();
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        _services.Show([service with { Fleet = "replica-1 shares the circuits: is held open by 2 of 3 replicas with traffic" }]);
        var page = await _chromium.OpenAsync(app.Page);
        await page.Locator(".toggle").ClickAsync();

        await Expect(page.Locator(".fleet")).ToHaveTextAsync(
            "Fleet: replica-1 shares the circuits: is held open by 2 of 3 replicas with traffic");
    }

    [Fact]
    public async Task A_browser_whose_clock_is_wrong_shows_the_same_times()
    {
        await using var app = await StartAsync();
        var services = SampleServices.Outage(Now);
        _services.Show(services);
        var since = services.Single(static service => service.ServiceName == "payments").Circuits[0].OpenedAt!.Value;

        var page = await _chromium.OpenAsync(app.Page, script: "const real = Date.now; Date.now = () => real() - 3 * 3600e3;");

        await Expect(page.Locator("#summary")).ToContainTextAsync(
            new Regex($"{since.UtcDateTime:HH:mm:ss} \\(([2-5][0-9] s|[0-9] min [0-9]+ s) ago\\)"));
    }

    [Fact]
    public async Task A_proxy_that_cuts_a_prefix_from_the_path_breaks_nothing()
    {
        await using var app = await StartAsync();
        _services.Show(SampleServices.Outage(Now));
        await using var proxy = await PrefixProxy.StartAsync("/tools/shop", app.Address);

        var page = await _chromium.OpenAsync(new Uri(proxy.Address, "/tools/shop/resilience"));

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is down");
        await page.Locator(".toggle").First.ClickAsync();
        await Expect(page.Locator(".details")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        await using var app = await StartAsync();
        _services.Show(SampleServices.Outage(Now));
        var page = await _chromium.OpenAsync(app.Page);
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
    public async Task A_level_filters_and_no_match_says_so()
    {
        await using var app = await StartAsync();
        _services.Show(SampleServices.Outage(Now));
        var page = await _chromium.OpenAsync(app.Page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Down 1" }).ClickAsync();
        await Expect(page.Locator(".card:visible h2")).ToHaveTextAsync(["payments"]);
        await page.GetByLabel("Filter services by name").FillAsync("inventory");

        await Expect(page.Locator("#none")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Chaos_has_a_banner()
    {
        await using var app = await StartAsync();
        _services.Show([.. SampleServices.Outage(Now).Select(static service => service with { InjectedFaults = "latency 2 s on 10 %" })]);
        var page = await _chromium.OpenAsync(app.Page);
        await Expect(page.Locator("#chaos")).ToContainTextAsync("payments: latency 2 s on 10 %");

        _services.Show(SampleServices.Outage(Now));

        await Expect(page.Locator("#chaos")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_theme_is_kept()
    {
        await using var app = await StartAsync();
        var page = await _chromium.OpenAsync(app.Page);
        await page.Locator("#theme").ClickAsync();
        await page.Locator("#theme").ClickAsync();

        await page.ReloadAsync();

        await Expect(page.Locator("#theme")).ToHaveTextAsync("Theme: dark");
        Assert.Equal("dark", await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).colorScheme"));
    }

    [Fact]
    public async Task Nothing_moves_for_those_who_want_no_motion()
    {
        await using var app = await StartAsync();
        _services.Show(SampleServices.Outage(Now));
        var page = await _chromium.OpenAsync(app.Page, motion: ReducedMotion.Reduce);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");

        Assert.Equal(0, await page.EvaluateAsync<int>("document.getAnimations().length"));
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Nothing_shifts_while_figures_change(int width)
    {
        await using var app = await StartAsync();
        _services.Show(SampleServices.Outage(Now));
        var page = await _chromium.OpenAsync(app.Page, width);
        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is down");
        await page.EvaluateAsync("""
            window.shift = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.shift += entry.value))
              .observe({ type: "layout-shift" });
            """);
        for (var turn = 1; turn <= 5; turn++)
        {
            var factor = (int)Math.Pow(7, turn);
            _services.Show([.. SampleServices.Outage(Now).Select(service => service with
            {
                LastMinute = [.. service.LastMinute.Select(second => second with { Succeeded = second.Succeeded * factor })],
                InFlight = factor,
                RetryBudget = 100 - turn,
            })]);
            await Expect(page.Locator(".card dl").First).ToContainTextAsync($"{100 - turn} of 100 left");
        }

        Assert.Equal(0, await page.EvaluateAsync<double>("window.shift"), 0.001);
    }

    [Fact]
    public async Task The_seventeenth_viewer_is_told_that_no_data_comes()
    {
        await using var app = await StartAsync();
        var viewers = new List<EventReader>();
        for (var i = 0; i < 16; i++)
        {
            viewers.Add(await EventReader.OpenAsync(app));
            await viewers[i].NextAsync();
        }

        var page = await _chromium.OpenAsync(app.Page);
        await Expect(page.Locator("#connection")).ToContainTextAsync("No data for");
        await viewers[0].DisposeAsync();

        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live", new() { Timeout = 60_000 });
        foreach (var viewer in viewers)
        {
            await viewer.DisposeAsync();
        }
    }

    public void Dispose() => _ticks.Dispose();

    private static IEnumerable<string> Violations(Deque.AxeCore.Commons.AxeResult result) =>
        from violation in result.Violations
        from node in violation.Nodes
        select $"{violation.Id}: {violation.Help}: {node.Html}";

    private Task<DashboardApp> StartAsync(bool steering = false) => DashboardApp.StartAsync(
        services: _services.AddTo, configure: options => options.Steering = steering ? DashboardApp.Operators : null);
}
