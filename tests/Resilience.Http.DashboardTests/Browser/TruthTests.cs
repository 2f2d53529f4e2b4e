using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Resilience.Http.DashboardTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>States that are easily described wrongly: what the page says of them must be true.</summary>
public sealed class TruthTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Observed = "alls still go through (CircuitBreaker:Mode is Observe)";

    private readonly FakeServices _services = new();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task An_open_circuit_that_only_observes_does_not_make_its_service_down()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);

        _services.Show([Observing(CircuitState.Open, static _ => new() { Succeeded = 3, Failed = 1 })]);

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

        _services.Show([Observing(state, static _ => new() { Succeeded = 3 })]);

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

        _services.Show([service with { Circuits = [service.Circuits[0] with { Reason = "2 of 3 trials succeeded" }] }]);

        await Expect(page.Locator(".story")).ToHaveTextAsync(new Regex("^The circuit is closed since .*: 2 of 3 trials succeeded$"));
        await Expect(page.Locator("#summary")).ToContainTextAsync($"If more fail, the circuit opens, but c{Observed}");
    }

    [Fact]
    public async Task The_opening_of_a_circuit_that_only_observes_is_announced_as_such()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        _services.Show([Observing(CircuitState.Open, static _ => new() { Succeeded = 3 })]);
        await Expect(page.Locator("h2")).ToHaveTextAsync("payments");

        _services.Report(SampleServices.Transition("payments", Now, CircuitState.Closed, CircuitState.Open));

        await Expect(page.Locator("#news")).ToContainTextAsync($"payments: Open, but c{Observed}. 5 consecutive failures");
        await Expect(page.Locator("#summary")).ToContainTextAsync("payments: open (only observed)");
    }

    [Fact]
    public async Task The_dialog_says_that_an_isolation_is_only_observed()
    {
        await using var app = await StartAsync(steering: true);
        var page = await OpenAsync(app, user: "alice");
        _services.Show([Observing(CircuitState.Closed, static _ => default)]);
        await page.Locator(".toggle").ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync($"The isolation is reported, but c{Observed}.");
    }

    [Fact]
    public async Task A_limit_is_named_although_an_observed_circuit_is_open()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);

        _services.Show([Observing(CircuitState.Open, static _ => new() { Succeeded = 5, Rejected = 5 })
            with { LimitRejection = "10 requests are in flight" }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is limited");
    }

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

        _services.Show([service with
        {
            Circuits = [service.Circuits[0] with { Since = clock.Fixed.Value.AddSeconds(-closedFor), Reason = "2 of 3 trials succeeded" }],
        }]);

        var page = await OpenAsync(app);

        await Expect(page.Locator("#headline")).ToHaveTextAsync($"payments is {headline}");
        await Expect(page.Locator("#summary")).ToContainTextAsync(callers);
        await Expect(page.Locator(".window")).ToContainTextAsync(closedFor < 10 ? "Since the circuit closed" : "Last 10 s");
    }

    [Fact]
    public async Task Calls_that_a_circuit_rejected_until_just_now_are_not_laid_at_a_limit()
    {
        var clock = new AdjustableClock { Fixed = Now };
        await using var app = await StartAsync(clock: clock);
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Rejected = 5 });
        _services.Show([service with
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
    public async Task A_closing_from_before_the_time_was_set_back_hides_no_failure()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Failed = 1 });

        _services.Show([service with
        {
            Circuits = [service.Circuits[0] with { Since = Now.AddHours(1), Reason = "2 of 3 trials succeeded" }],
        }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is failing");
    }

    [Fact]
    public async Task A_service_is_partly_down_if_calls_to_another_authority_go_through()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Succeeded = 3, Rejected = 1 });
        var other = SampleServices.Service("backup", Now, CircuitState.Closed, static _ => default).Circuits[0];

        _services.Show([service with { Circuits = [other, .. service.Circuits] }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is partly down");
        await Expect(page.Locator("#summary")).ToContainTextAsync("https://payments.internal: 5 consecutive failures");
        await Expect(page.Locator("#summary")).ToContainTextAsync("Calls to other authorities go through");
        await Expect(page.Locator(".badge")).ToHaveTextAsync("Partly down");
    }

    [Fact]
    public async Task Of_two_circuits_that_are_open_the_longer_outage_counts()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });
        var longer = service.Circuits[0] with { Authority = "https://z.internal", OpenedAt = Now.AddMinutes(-30), Since = Now };

        _services.Show([service with { Circuits = [.. service.Circuits, longer] }]);

        await Expect(page.Locator("#summary")).ToContainTextAsync(new Regex("\\((29|30) min .*ago\\)https://z.internal: "));
    }

    [Fact]
    public async Task What_a_fleet_said_is_not_the_result_of_a_trial()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 });

        _services.Show([service with
        {
            Circuits = [service.Circuits[0] with { Since = Now, Reason = "2 of 3 replicas hold it open" }],
            Fleet = "replica-1 shares the circuits",
        }]);

        await Expect(page.Locator("#summary")).ToContainTextAsync("Otherwise it stays down");
        await Expect(page.Locator("#summary")).Not.ToContainTextAsync("Last time");
    }

    [Theory]
    [InlineData(1, null, "The trial call is out, it ends within 4 s")]
    [InlineData(3, null, "Trial calls are out, the first ends within 4 s")]
    [InlineData(3, "replica-1 shares the circuits", "Trial calls of the replicas decide")]
    public async Task Trials_that_are_out_are_not_promised_to_decide_at_a_time(int trials, string? fleet, string expected)
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.HalfOpen, static _ => default);

        _services.Show([service with
        {
            Circuits = [service.Circuits[0] with { RetryAfter = TimeSpan.FromSeconds(4) }],
            HalfOpenMaxCalls = trials,
            Fleet = fleet,
        }]);

        await Expect(page.Locator(".next")).ToHaveTextAsync(expected);
    }

    [Fact]
    public async Task A_circuit_that_was_reset_while_it_was_closed_stopped_no_call()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 });

        _services.Show([service with { Circuits = [service.Circuits[0] with { Reason = "reset by hand" }] }]);

        await Expect(page.Locator(".story")).ToHaveTextAsync(new Regex("^Calls go through, the circuit was reset at .* ago\\)$"));
    }

    [Fact]
    public async Task Several_services_that_only_a_limit_rejects_are_limited()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        var service = SampleServices.Service("a", Now, CircuitState.Closed, static _ => new() { Succeeded = 5, Rejected = 5 });
        var limited = service with { LimitRejection = "10 requests are in flight" };

        _services.Show([limited, limited with { ServiceName = "b" }]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("2 of 2 services are limited");
        await Expect(page.Locator("#summary")).ToContainTextAsync("Calls beyond a limit are rejected");
    }

    [Fact]
    public async Task Circuits_that_are_off_or_only_observe_are_not_said_to_open()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        static TrafficSecond Failing(int second) => new() { Succeeded = 3, Failed = 1 };
        var off = SampleServices.Service("off", Now, CircuitState.Closed, Failing) with { Circuits = [], HalfOpenMaxCalls = null };
        var observing = Observing(CircuitState.Open, Failing);

        _services.Show([off, observing]);
        await Expect(page.Locator("#summary")).ToContainTextAsync("Their circuit breakers are switched off or only observe");

        _services.Show([off, observing, SampleServices.Service("on", Now, CircuitState.Closed, Failing)]);
        await Expect(page.Locator("#summary")).ToContainTextAsync("If more fail, circuits open and reject calls of 1 of them");
    }

    [Fact]
    public async Task A_service_without_circuits_shows_the_order_of_its_chain()
    {
        await using var app = await StartAsync();
        var page = await OpenAsync(app);
        _services.Show([SampleServices.Service("payments", Now, CircuitState.Closed, static _ => default) with { Circuits = [] }]);
        await page.ReloadAsync();

        await page.Locator(".toggle").ClickAsync();

        await Expect(page.Locator(".chain li").First).ToHaveTextAsync("tracing");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task The_page_goes_on_if_the_time_of_the_server_is_changed(int hours)
    {
        var clock = new AdjustableClock();
        await using var app = await StartAsync(clock: clock);
        _services.Show([SampleServices.Service("payments", Now, CircuitState.Closed, static _ => new() { Succeeded = 1 })]);
        var page = await OpenAsync(app);
        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is healthy");

        clock.Shift = TimeSpan.FromHours(hours);
        _services.Show([SampleServices.Service("payments", Now, CircuitState.Open, static _ => new() { Rejected = 1 })]);

        await Expect(page.Locator("#headline")).ToHaveTextAsync("payments is down");
        await Expect(page.Locator(".legend .succeeded b")).ToHaveTextAsync(new Regex("^[1-9]"));
    }

    private static ServiceSnapshot Observing(CircuitState state, Func<int, TrafficSecond> traffic)
    {
        var service = SampleServices.Service("payments", Now, state, traffic);
        return service with { Circuits = [service.Circuits[0] with { Mode = HttpCircuitBreakerMode.Observe }] };
    }

    /// <summary>It gets only what a test shows, so the page stays at the second in which it was shown.</summary>
    private async Task<IPage> OpenAsync(DashboardApp app, string? user = null)
    {
        var page = await chromium.OpenAsync(app.Page, user: user);
        await Expect(page.Locator("#headline")).Not.ToHaveTextAsync("Waiting for data");
        return page;
    }

    private Task<DashboardApp> StartAsync(bool steering = false, TimeProvider? clock = null) => DashboardApp.StartAsync(
        services: services =>
        {
            _services.AddTo(services);
            services.AddSingleton(clock ?? TimeProvider.System);
        },
        configure: options => options.Steering = steering ? DashboardApp.Operators : null);

    /// <summary>The time of day of the server; its timestamps go on.</summary>
    private sealed class AdjustableClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public DateTimeOffset? Fixed { get; init; }

        public override DateTimeOffset GetUtcNow() => Fixed ?? System.GetUtcNow() + Shift;
    }
}
