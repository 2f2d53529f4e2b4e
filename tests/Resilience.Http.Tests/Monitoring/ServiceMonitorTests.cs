using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Resilience.Http.Chain;
using Resilience.Http.Monitoring;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Monitoring;

/// <summary>What a snapshot says besides the traffic.</summary>
public sealed class ServiceMonitorTests
{
    [Fact]
    public void A_registered_service_is_known_before_its_first_call()
    {
        using var client = new MonitoredClient(server => server.Always(200));

        var service = Assert.Single(client.Monitor.GetAll());

        Assert.Equal("payments", service.ServiceName);
        Assert.Equal("https://payments.internal", Assert.Single(service.Circuits).Authority);
        Assert.Equal(0, service.InFlight);
        Assert.Equal((10, 100), (service.RetryBudget, service.RetryBudgetCapacity));
        Assert.Equal("Tracing", service.Chain[0]);
        Assert.Contains("CircuitBreaker", service.Chain);
        Assert.Null(client.Monitor.Find("nobody"));
    }

    [Fact]
    public async Task Requests_in_flight_are_seen()
    {
        using var client = new MonitoredClient(server => server.Slow(TimeSpan.FromSeconds(1)).Always());
        var call = client.Http.GetAsync("charges");

        Assert.Equal(1, client.Service.InFlight);

        client.Clock.Advance(TimeSpan.FromSeconds(1));
        (await call).Dispose();
        Assert.Equal(0, client.Service.InFlight);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_limit_of_requests_in_flight_is_shown_with_its_usage(bool withCircuit)
    {
        using var client = new MonitoredClient(server => server.Slow(TimeSpan.FromSeconds(1)).Always(), options =>
        {
            options.ConcurrencyLimit.Enabled = true;
            options.ConcurrencyLimit.Limit = 5;
            options.CircuitBreaker.Enabled = withCircuit;
        });
        var call = client.Http.GetAsync("charges");

        Assert.Equal((1, 5), (client.Service.InFlight, client.Service.InFlightLimit));

        client.Clock.Advance(TimeSpan.FromSeconds(1));
        (await call).Dispose();
        Assert.Equal((0, 5), (client.Service.InFlight, client.Service.InFlightLimit));
    }

    [Fact]
    public void What_is_switched_off_has_no_figures()
    {
        using var client = new MonitoredClient(server => server.Always(200), static options =>
        {
            options.CircuitBreaker.Enabled = false;
            options.Retry.Budget.Enabled = false;
        });

        Assert.Equal((null, null, null), (client.Service.InFlight, client.Service.RetryBudget, client.Service.RetryBudgetCapacity));
        Assert.Equal(
            (null, null, null), (client.Service.HalfOpenMaxCalls, client.Service.RecoveryTimeout, client.Service.MaxRecoveryTimeout));
        Assert.Empty(client.Service.Circuits);
    }

    [Fact]
    public async Task What_a_limit_rejected_last_is_said_in_words()
    {
        using var client = new MonitoredClient(server => server.Always(200), static options =>
        {
            options.RateLimit.Enabled = true;
            options.RateLimit.Permits = 1;
            options.RateLimit.QueueLimit = 0;
        });
        await client.CallAsync();
        Assert.Null(client.Service.LimitRejection);

        await client.CallAsync();

        Assert.Equal(
            "the limit is 1 request(s) per 1 s (RateLimit:Permits), and no request may wait (RateLimit:QueueLimit is 0)",
            client.Service.LimitRejection);
    }

    [Fact]
    public void The_rule_for_trials_is_that_of_the_options()
    {
        using var client = new MonitoredClient(server => server.Always(200), static options => options.CircuitBreaker.HalfOpenMaxCalls = 7);

        Assert.Equal(
            (7, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)),
            (client.Service.HalfOpenMaxCalls, client.Service.RecoveryTimeout, client.Service.MaxRecoveryTimeout));
    }

    [Fact]
    public async Task The_last_20_transitions_are_kept_with_reason_and_trace()
    {
        using var client = new MonitoredClient(server => server.Always(503));
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registry = client.Services.GetRequiredService<ICircuitRegistry>();
        using (var activity = new Activity("test").Start())
        {
            await client.CallAsync();
            await client.CallAsync();
        }

        for (var i = 0; i < 12; i++)
        {
            registry.Reset("payments");
            registry.Isolate("payments", $"reason {i}");
        }

        // Subscribers have queues of their own, so the last one is waited for.
        while (client.Service.Transitions is not [{ Reason: "reason 11" }, ..])
        {
            await Task.Yield();
        }

        var transitions = client.Service.Transitions;
        Assert.Equal(20, transitions.Count);
        Assert.Equal((CircuitState.Isolated, "reason 11"), (transitions[0].To, transitions[0].Reason));
        Assert.Equal("reset by hand", transitions[1].Reason);
    }

    [Fact]
    public async Task A_transition_has_the_trace_of_the_call_that_caused_it()
    {
        using var client = new MonitoredClient(
            server => server.Always(503), static options => (options.Retry.Enabled, options.CircuitBreaker.FailureThreshold) = (false, 1));
        var transition = new TaskCompletionSource<CircuitTransition>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Services.GetRequiredService<ICircuitRegistry>().Transitioned += transition.SetResult;
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        await client.CallAsync();

        Assert.Equal(activity.TraceId.ToHexString(), (await transition.Task).TraceId);
    }

    [Fact]
    public void Updated_is_raised_once_a_second_even_after_a_subscriber_threw()
    {
        using var client = new MonitoredClient(server => server.Always(200));
        var raised = 0;
        client.Monitor.Updated += () => raised++;
        client.Monitor.Updated += static () => throw new InvalidOperationException("a subscriber");

        client.Clock.Advance(TimeSpan.FromSeconds(1));
        client.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, raised);
        Assert.Equal(2, client.Logs.All.Count(line => line is { Level: LogLevel.Error, Category: "Resilience.Http.Monitoring" }));
    }

    [Fact]
    public void A_second_that_ends_allocates_nothing()
    {
        using var provider = Register(count: 50);
        var monitor = Begin(provider);
        monitor.Advance(1);
        var traffic = provider.GetRequiredService<ServiceStateStore>().All.First().Traffic!;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var second = 2; second < 40; second++)
        {
            traffic.Count(TrafficEvent.Retried);
            monitor.Advance(second);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>With all that the first second creates, for as many services as show the share of each.</summary>
    [Fact]
    public void A_service_takes_less_than_4_KB()
    {
        const int Count = 200;
        using var provider = Register(Count);
        var monitor = Begin(provider);
        var before = GC.GetAllocatedBytesForCurrentThread();

        monitor.Advance(1);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Count, 1, 4096);
    }

    [Fact]
    public async Task A_service_that_comes_after_the_monitor_is_counted_too()
    {
        using var client = new MonitoredClient(server => server.Always(200));
        client.Clock.Advance(TimeSpan.FromSeconds(3));
        client.Services.GetRequiredService<ServiceMonitor>().Advance(4);

        await client.CallAsync();
        client.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(1, client.Service.LastMinute.Sum(static second => second.Succeeded));
    }

    /// <summary>A mapped dashboard adds its counters to a service and nothing to the chain of a call.</summary>
    [Fact]
    public void A_monitor_changes_nothing_in_the_chain()
    {
        using var without = Register(count: 1);
        using var with = Register(count: 1);
        with.GetRequiredService<IServiceMonitor>();

        Assert.Equal(HandlersOf(without), HandlersOf(with));
    }

    [Fact]
    public void Disposal_ends_the_counting()
    {
        var client = new MonitoredClient(server => server.Always(200));
        var alive = client.Clock.TimersAlive;

        client.Dispose();

        Assert.True(client.Clock.TimersAlive < alive);
    }

    [Fact]
    public void Settings_come_with_their_origin()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ResilientHttpClients:Defaults:TotalTimeout"] = "20s",
            ["ResilientHttpClients:Defaults:Retry:MaxRetries"] = "1",
            ["ResilientHttpClients:Clients:payments:Retry:MaxRetries"] = "2",
            ["ResilientHttpClients:Clients:payments:Retry:BaseDelay"] = "1s",
        }).Build();
        using var client = new MonitoredClient(
            server => server.Always(200),
            static options => options.Retry.BaseDelay = TimeSpan.FromSeconds(2),
            services => services.AddSingleton<IConfiguration>(configuration));

        var settings = client.Monitor.GetSettings("payments");

        Assert.Contains(new("TotalTimeout", "20s", "ResilientHttpClients:Defaults:TotalTimeout"), settings);
        Assert.Contains(new("Retry:MaxRetries", "2", "ResilientHttpClients:Clients:payments:Retry:MaxRetries"), settings);
        Assert.Contains(new("Retry:BaseDelay", "2s", "code"), settings);
        Assert.Contains(new("AttemptTimeout", "10s", "default"), settings);
        Assert.Empty(client.Monitor.GetSettings("nobody"));
    }

    [Fact]
    public void Settings_hold_no_password_and_no_content()
    {
        using var client = new MonitoredClient(server => server.Always(200), static options =>
        {
            options.BaseAddress = new("https://bob:s3cr3t@payments.internal/");
            options.Fallback.StatusCode = System.Net.HttpStatusCode.OK;
            options.Fallback.Content = "s3cr3t";
        });

        var settings = client.Monitor.GetSettings("payments");

        Assert.DoesNotContain(settings, setting => setting.Value.Contains("s3cr3t"));
        Assert.Contains(new("Fallback:Content", "set", "code"), settings);
    }

    [Fact]
    public void Injected_faults_are_shown_while_they_are_injected()
    {
        using var client = new MonitoredClient(
            server => server.Always(200),
            services: static services =>
            {
                services.AddSingleton<IHostEnvironment>(new DevelopmentEnvironment());
                services.AddResilientHttpChaos(static chaos =>
                {
                    chaos.Enabled = true;
                    chaos.Clients["payments"] = new()
                    {
                        Latency = new() { Percentage = 10, Min = TimeSpan.FromSeconds(1), Max = TimeSpan.FromSeconds(1) },
                    };
                });
            });

        Assert.Contains("10", client.Service.InjectedFaults);
    }

    private static ServiceProvider Register(int count)
    {
        var services = new ServiceCollection();
        for (var i = 0; i < count; i++)
        {
            services.AddResilientHttpClient($"service-{i}", static options => options.BaseAddress = new("https://service.internal/"));
        }

        return services.BuildServiceProvider();
    }

    /// <summary>Without its timer: the test ends the seconds.</summary>
    private static ServiceMonitor Begin(ServiceProvider provider)
    {
        provider.GetRequiredService<ICircuitRegistry>().GetAll(); // creates the services
        var monitor = provider.GetRequiredService<ServiceMonitor>();
        monitor.Dispose();
        return monitor;
    }

    private static IEnumerable<string> HandlersOf(ServiceProvider provider)
    {
        var handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("service-0");
        while (handler is DelegatingHandler { InnerHandler: { } inner } outer)
        {
            yield return outer.GetType().FullName!;
            handler = inner;
        }
    }

    private sealed class DevelopmentEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Development;

        public string ApplicationName { get; set; } = "Shop";

        public string ContentRootPath { get; set; } = "";

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = null!;
    }
}
