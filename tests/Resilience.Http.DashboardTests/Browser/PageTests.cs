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

        await Expect(page.Locator("#summary")).ToContainTextAsync("No: all 20 calls answered in the last 10 sBy a fallback");
    }

    [Theory]
    [InlineData(0, "A fallback answered the other 180")]
    [InlineData(1, "A fallback answered 180 others")]
    public async Task The_banner_and_the_card_say_what_a_fallback_answered(int succeeded, string expected)
    {
        await using var app = await StartAsync();
        _services.Show([SampleServices.Service("payments", Now, CircuitState.Open, _ => new()
        {
            Succeeded = succeeded,
            Rejected = 20,
            FallbackAnswered = 18,
        })]);

        var page = await _chromium.OpenAsync(app.Page);

        await Expect(page.Locator("#summary")).ToContainTextAsync(
            $"Yes: 20 of {200 + (10 * succeeded)} calls failed in the last 10 s{expected}");
        await Expect(page.Locator(".card .window")).ToHaveTextAsync($"in the last 10 s; a{expected[1..]}");
    }

    [Theory]
    [InlineData(1, "Trial call in 7 s", "If it succeeds, calls go through; else down 15 to 30 s more")]
    [InlineData(2, "Trial calls in 7 s", "If both succeed, calls go through; else down 15 to 30 s more")]
    [InlineData(3, "Trial calls in 7 s", "If 2 of 3 succeed, calls go through; else down 15 to 30 s more")]
    [InlineData(4, "Trial calls in 7 s", "If 3 of 4 succeed, calls go through; else down 15 to 30 s more")]
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

        await Expect(facts.Nth(0)).ToContainTextAsync("ago)5 consecutive failures, last 503 ServiceUnavailable");
        await Expect(facts.Nth(1)).ToContainTextAsync("Last time: 2 of 3 trials failed, last 503 ServiceUnavailable");
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
        const string Down = "The circuit is open or isolated: calls are rejected without being sent";
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
