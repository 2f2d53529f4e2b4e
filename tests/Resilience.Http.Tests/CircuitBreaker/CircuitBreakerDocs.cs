using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>The snippets of docs/circuit-breaker.md, compiled and tried.</summary>
public sealed class CircuitBreakerDocs
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task The_catch_block_of_the_page_gets_the_time_until_the_next_try()
    {
        using var app = App(script => script.Always(503));
        app.Services.GetRequiredService<ICircuitRegistry>().Isolate("payments", "maintenance", TimeSpan.FromMinutes(1));
        var payments = app.Client("payments");
        (Uri Order, TimeSpan? After) postponed = default;
        void Postpone(Uri order, TimeSpan? after) => postponed = (order, after);
        var order = new Uri("https://payments.internal/orders/17");

        #region catch
        try
        {
            await payments.PostAsync(order, content: null);
        }
        catch (CircuitOpenException refusal)
        {
            // Nothing was sent. The message says why; RetryAfter says when an open circuit lets a trial through.
            Postpone(order, refusal.RetryAfter);
        }
        #endregion

        Assert.Equal((order, TimeSpan.FromMinutes(1)), postponed);
    }

    [Fact]
    public async Task The_response_of_the_page_distinguishes_our_503_from_the_services_own()
    {
        using var app = App(
            script => script.Always(200), options => options.CircuitBreaker.Rejection = HttpRejection.Respond);
        app.Services.GetRequiredService<ICircuitRegistry>().Isolate("payments", "maintenance");
        var payments = app.Client("payments");

        #region respond
        using var response = await payments.GetAsync("https://payments.internal/balance");
        var notSent = response.Headers.Contains("Resilience-Rejected"); // a circuit sets it to open, half_open or isolated
        #endregion

        Assert.True(notSent);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public void The_steering_of_the_page_isolates_and_resets()
    {
        using var app = App(script => script.Always(200));

        #region steer
        var circuits = app.Services.GetRequiredService<ICircuitRegistry>();

        circuits.Isolate("payments", reason: "failover to the second region", duration: TimeSpan.FromMinutes(10));

        var payments = circuits.Find("payments"); // the worst of its circuits; circuits.GetAll() lists every one

        circuits.Reset("payments");
        #endregion

        Assert.Equal((CircuitState.Isolated, "failover to the second region"), (payments?.State, payments?.Reason));
        Assert.Equal(CircuitState.Closed, circuits.Find("payments")?.State);
    }

    [Fact]
    public async Task The_subscriber_of_the_page_is_notified()
    {
        using var app = App(script => script.Always(200));
        var circuits = app.Services.GetRequiredService<ICircuitRegistry>();
        var pages = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Page(string message) => pages.TrySetResult(message);

        #region transitioned
        circuits.Transitioned += transition =>
        {
            if (transition.To is CircuitState.Open or CircuitState.Isolated)
            {
                Page($"{transition.ServiceName} {transition.Authority}: {transition.Reason}");
            }
        };
        #endregion

        circuits.Isolate("payments", "maintenance");
        Assert.Equal("payments https://payments.internal: maintenance", await pages.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task The_ClassifyOutcome_of_the_page_decides_what_counts()
    {
        using var app = TestApp.With("{}", services =>
        {
            services.AddSingleton<TimeProvider>(_clock);

            #region judge
            services.AddResilientHttpClient("search", options => options.ClassifyOutcome = outcome =>
                outcome.Response?.StatusCode == HttpStatusCode.NotImplemented ? AttemptVerdict.Failure : null); // null: the default verdict
            #endregion

            services.UseScriptedServer("search", script => script.Always(501));
        });
        using var search = app.Client("search");

        for (var i = 0; i < 5; i++)
        {
            await search.GetAsync("https://search.internal/");
        }

        await Assert.ThrowsAsync<CircuitOpenException>(() => search.GetAsync("https://search.internal/"));
    }

    private TestApp App(Action<ServerScript> script, Action<ResilientHttpClientOptions>? configure = null)
    {
        var app = TestApp.With("{}", services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddResilientHttpClient("payments", options =>
            {
                options.BaseAddress = new("https://payments.internal/");
                configure?.Invoke(options);
            });
            services.UseScriptedServer("payments", script);
        });
        app.StartAsync().GetAwaiter().GetResult();
        return app;
    }
}
