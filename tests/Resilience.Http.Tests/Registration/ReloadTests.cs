using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Registration;

/// <summary>
/// An edit of the configuration is in force for calls that begin after it; one with a mistake changes nothing, and the next good one works.
/// </summary>
public sealed class ReloadTests : IDisposable
{
    private readonly SettingsFile _file = new(Payments("""{ "Retry": { "MaxRetries": 1, "BaseDelay": "0s" } }"""));

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Clients_follow_good_edits_of_the_file_whenever_they_are_first_used()
    {
        using var app = await StartedAsync(services =>
        {
            AlwaysFailing(services, "payments");
            AlwaysFailing(services, "inventory");
        });
        using var metrics = new RecordedMetrics(app.Services.GetRequiredService<IMeterFactory>());
        using var payments = app.Client("payments");
        Assert.Equal(2, await AttemptsOfACall(app, "payments", payments));

        _file.Edit(Both(retries: 2));
        Assert.Equal(3, await AttemptsOfACall(app, "payments", payments));

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": "many" } }"""));
        Assert.Equal(3, await AttemptsOfACall(app, "payments", payments));
        Assert.Equal(1, Refusals());

        using var inventory = app.Client("inventory"); // first used while the file is wrong
        Assert.Equal(3, await AttemptsOfACall(app, "inventory", inventory));

        _file.Edit(Both(retries: 4));
        Assert.Equal(5, await AttemptsOfACall(app, "payments", payments));
        Assert.Equal(5, await AttemptsOfACall(app, "inventory", inventory));

        _file.Edit("{}");
        Assert.Equal(5, await AttemptsOfACall(app, "payments", payments));
        Assert.Equal(2, Refusals());

        _file.Edit(Both(retries: 2));
        Assert.Equal(3, await AttemptsOfACall(app, "payments", payments));

        _file.EditUnreadably("""{ "ResilientHttpClients": { """);
        Assert.Equal(3, await AttemptsOfACall(app, "payments", payments));
        Assert.Equal(2, Refusals());

        _file.Edit(Both(retries: 0));
        Assert.Equal(1, await AttemptsOfACall(app, "payments", payments));
        Assert.Equal(1, await AttemptsOfACall(app, "inventory", inventory));

        int Refusals()
        {
            var errors = app.Logs.Of(LogLevel.Error).Count;
            Assert.Equal(errors, metrics.Of("resilience.http.options.reload_failures").Sum(measured => measured.Value));
            return errors;
        }
    }

    [Fact]
    public async Task An_edit_with_which_one_call_opens_its_circuit_is_a_warning()
    {
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 5 } }"""));

        Assert.Contains(
            app.Logs.Of(LogLevel.Warning),
            line => line.Text.StartsWith("payments: a single call can open its circuit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_edit_says_what_is_wrong_with_it()
    {
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("""{ "TotalTimeout": "10", "Rety": {} }"""));

        var error = Assert.Single(app.Logs.Of(LogLevel.Error));
        Assert.Equal(
            "The configuration change was rejected; all resilient clients keep their current settings. Fix it; it is reloaded " +
            "automatically: ResilientHttpClients:Clients:payments:Rety is not a known key. Did you mean Retry?; " +
            "ResilientHttpClients:Clients:payments:TotalTimeout = \"10\" would be 10 days, write it as 10s (ms, s, m, h) or 00:00:10; " +
            "allowed: 1ms to 24h, or off",
            error.Text);
    }

    [Fact]
    public async Task One_mistake_keeps_back_the_whole_edit()
    {
        using var app = await StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory");
        });

        _file.Edit(TestApp.Clients("""{ "payments": { "TotalTimeout": "1s" }, "inventory": { "TotalTimeout": "10" } }"""));

        Assert.Equal(TimeSpan.FromSeconds(30), app.InForce("payments").TotalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), app.InForce("inventory").TotalTimeout);
    }

    [Fact]
    public async Task A_refused_edit_does_not_reach_the_users_options_object_but_a_good_one_does()
    {
        var retry = new HttpRetryOptions();
        using var app = await StartedAsync(services =>
            services.ConfigureHttpClientDefaults(client => client.AddResilience(options => options.Retry = retry))
                .AddHttpClient("payments")
                .AddResilience());

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 0, "BaseDelay": "0s" }, "TotalTimeout": "10" }"""));
        Assert.Equal(1, app.InForce("payments").Retry.MaxRetries);

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 0, "BaseDelay": "0s" } }"""));
        Assert.Equal(0, app.InForce("payments").Retry.MaxRetries);
        Assert.EndsWith(": Retry:MaxRetries 1 -> 0.", Assert.Single(app.Logs.Named("SettingsChanged")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_whose_name_is_unfit_for_configuration_follows_the_defaults()
    {
        using var app = await StartedAsync(
            static services => services.ConfigureHttpClientDefaults(static client => client.AddResilience()));
        foreach (var name in new[] { "payments", "Payments", "billing:v2" })
        {
            app.Client(name).Dispose();
        }

        _file.Edit(TestApp.Clients("""{ "payments": { "TotalTimeout": "3s" } }""", """{ "TotalTimeout": "20s" }"""));

        Assert.Equal(TimeSpan.FromSeconds(3), app.InForce("payments").TotalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(20), app.InForce("Payments").TotalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(20), app.InForce("billing:v2").TotalTimeout);
        Assert.Empty(app.Logs.Named("EditRefused"));
    }

    [Fact]
    public async Task A_fallback_is_asked_once_however_often_the_options_it_is_added_to_are_built()
    {
        var (fallback, asked) = (new HttpFallbackOptions(), 0);
        using var app = await StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments", options => options.Fallback = fallback).AddFallback((_, _) =>
            {
                asked++;
                return default;
            });
            services.UseScriptedServer("payments", script => script.Always(503));
        });
        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 0 } }"""));
        using var client = app.Client("payments");

        (await client.GetAsync("https://payments.internal/")).Dispose();

        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("""{ "ResilientHttpClients": { "Defaults": {}, "Clients": {} } }""", "ResilientHttpClients:Clients:payments")]
    [InlineData("""{ "ResilientHttpClients": { "Clients": { "payments": {} } } }""", "ResilientHttpClients:Defaults")]
    public async Task A_section_that_was_there_and_is_gone_is_a_bad_edit(string settings, string section)
    {
        _file.Edit(TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }""", defaults: """{ "AttemptTimeout": "3s" }"""));
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(settings);

        Assert.Equal(
            (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)),
            (app.InForce("payments").TotalTimeout, app.InForce("payments").AttemptTimeout));
        Assert.Contains($"{section} was removed", Assert.Single(app.Logs.Of(LogLevel.Error)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_emptied_section_goes_back_to_the_defaults()
    {
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("{}"));

        Assert.Equal(3, app.InForce("payments").Retry.MaxRetries);
        Assert.Empty(app.Logs.Of(LogLevel.Error));
    }

    [Fact]
    public async Task An_emptied_section_of_the_users_own_goes_back_to_the_defaults_too()
    {
        using var own = new SettingsFile("""{ "stock": { "TotalTimeout": "5s" } }""");
        using var app = await StartedAsync(services => services.AddResilientHttpClient("inventory", own.Build().GetSection("stock")));

        own.Edit("""{ "stock": {} }""");

        Assert.Equal(TimeSpan.FromSeconds(30), app.InForce("inventory").TotalTimeout);
        Assert.Empty(app.Logs.Of(LogLevel.Error));
    }

    [Fact]
    public async Task A_file_that_is_not_JSON_is_reported_with_the_next_change_of_another_file()
    {
        using var other = new SettingsFile("{}");
        using var app = TestApp.With(
            configuration =>
            {
                _file.AddTo(configuration);
                other.AddTo(configuration);
            },
            services => services.AddResilientHttpClient("payments"));
        await app.StartAsync();

        _file.EditUnreadably("{"); // .NET silently drops all values of the file.
        Assert.Empty(app.Logs.Of(LogLevel.Error));

        other.Edit("""{ "Unrelated": 1 }""");
        Assert.Contains(
            "ResilientHttpClients:Clients:payments was removed", Assert.Single(app.Logs.Of(LogLevel.Error)).Text, StringComparison.Ordinal);
        Assert.Equal(1, app.InForce("payments").Retry.MaxRetries);

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2 } }"""));
        Assert.Equal(2, app.InForce("payments").Retry.MaxRetries);
    }

    [Fact]
    public async Task A_section_that_comes_later_is_followed()
    {
        _file.Edit("{}");
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("""{ "TotalTimeout": "5s" }"""));

        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task A_section_that_comes_later_and_that_no_client_reads_is_a_warning_once()
    {
        _file.Edit(TestApp.Clients("""{ "payments": {}, "paymants": {} }"""));
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(TestApp.Clients("""{ "payments": { "TotalTimeout": "10" }, "paymants": {}, "peyments": {} }"""));
        _file.Edit(TestApp.Clients("""{ "payments": {}, "paymants": {}, "peyments": {} }"""));
        _file.Edit(TestApp.Clients("""{ "payments": {}, "paymants": { "TotalTimeout": "10s" }, "peyments": {} }"""));

        Assert.Equal(
            [
                "No resilient client reads the section ResilientHttpClients:Clients:paymants: did you mean payments?",
                "No resilient client reads the section ResilientHttpClients:Clients:peyments: did you mean payments?",
            ],
            app.Logs.Named("SectionUnread"));
    }

    [Fact]
    public async Task A_running_call_keeps_the_options_it_began_with()
    {
        using var app = await StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments");
            services.UseScriptedServer("payments", script => script
                .Then(_ =>
                {
                    _file.Edit(Payments("""{ "Retry": { "MaxRetries": 0 } }"""));
                    return new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable);
                })
                .Then(200));
        });
        using var client = app.Client("payments");

        using var response = await client.GetAsync("https://payments.internal/");

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(0, app.InForce("payments").Retry.MaxRetries);
    }

    [Fact]
    public async Task Failures_in_the_window_stay_in_it()
    {
        const string Breaker =
            """ "Retry": { "Enabled": false }, "CircuitBreaker": { "FailureThreshold": 0, "FailureRatio": 1.0, "SamplingWindow": "1h", "MinimumThroughput": """;
        _file.Edit(Payments($$"""{ {{Breaker}} 1000 } }"""));
        using var app = await StartedAsync(services => AlwaysFailing(services, "payments"));
        using var client = app.Client("payments");
        for (var i = 0; i < 50; i++)
        {
            (await client.GetAsync("https://payments.internal/")).Dispose();
        }

        _file.Edit(Payments($$"""{ {{Breaker}} 51 } }"""));

        var circuits = app.Services.GetRequiredService<ICircuitRegistry>();
        Assert.Equal((CircuitState.Closed, 50), (circuits.Find("payments")!.State, circuits.Find("payments")!.Throughput));
        (await client.GetAsync("https://payments.internal/")).Dispose();
        Assert.Equal(CircuitState.Open, circuits.Find("payments")!.State);
    }

    [Fact]
    public async Task An_edit_logs_what_it_changed_and_one_that_changes_nothing_logs_nothing()
    {
        using var app = await StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory");
        });

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2, "BaseDelay": "0s" } }"""));
        _file.Touch();

        Assert.Equal(
            ["payments: a configuration change applies to calls that begin from now on: Retry:MaxRetries 1 -> 2."],
            app.Logs.Of(LogLevel.Information).Select(line => line.Text));
    }

    [Fact]
    public async Task HttpClient_settings_change_for_clients_created_later_which_is_logged_once()
    {
        _file.Edit(Payments("""{ "BaseAddress": "https://old.internal/", "TotalTimeout": "5s" }"""));
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));
        using var before = app.Client("payments");

        _file.Edit(Payments("""{ "BaseAddress": "https://new.internal/", "TotalTimeout": "6s" }"""));
        using var after = app.Client("payments");
        using var another = app.Client("payments");

        Assert.Equal((new Uri("https://old.internal/"), TimeSpan.FromSeconds(6)), (before.BaseAddress, before.Timeout));
        Assert.Equal((new Uri("https://new.internal/"), TimeSpan.FromSeconds(7)), (after.BaseAddress, after.Timeout));
        Assert.Equal(
            [
                "payments: BaseAddress and Timeout of HttpClients that are created from now on follow the configuration change " +
                 "(BaseAddress https://old.internal/ -> https://new.internal/, TotalTimeout 5s -> 6s). Existing clients keep theirs."],
            app.Logs.Named("HttpClientSettingsChanged"));
    }

    [Fact]
    public async Task Switching_the_chain_off_changes_new_HttpClients_only_which_is_logged()
    {
        _file.Edit(Payments("""{ "TotalTimeout": "5s" }"""));
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));
        using var before = app.Client("payments");

        _file.Edit(Payments("""{ "TotalTimeout": "5s", "Enabled": false }"""));
        using var after = app.Client("payments");

        Assert.Equal((TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(100)), (before.Timeout, after.Timeout));
        Assert.Equal(
            ["payments: BaseAddress and Timeout of HttpClients that are created from now on follow the configuration change (Enabled " +
                "true -> false). Existing clients keep theirs."],
            app.Logs.Named("HttpClientSettingsChanged"));
    }

    [Fact]
    public async Task Changes_of_the_client_without_a_name_are_logged_as_of_the_default_client()
    {
        using var app = await StartedAsync(services => services.AddHttpClient(Options.DefaultName).AddResilience());

        _file.Edit(TestApp.Clients("""{ "payments": {} }""", defaults: """{ "TotalTimeout": "5s" }"""));

        Assert.Equal(2, app.Logs.Of(LogLevel.Information).Count);
        Assert.All(
            app.Logs.Of(LogLevel.Information), line => Assert.StartsWith("the default client: ", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bad_edit_is_logged_and_counted_once_and_again_when_it_comes_back()
    {
        using var app = await StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory", app => app.Retry.MaxRetries = 5);
        });
        using var metrics = new RecordedMetrics(app.Services.GetRequiredService<IMeterFactory>());

        _file.Edit(Payments("""{ "TotalTimeout": "10" }"""));
        _file.Touch();
        Assert.Single(app.Logs.Of(LogLevel.Error));
        Assert.Single(metrics.Of("resilience.http.options.reload_failures"));

        _file.Edit(Payments("""{ "TotalTimeout": "10s" }"""));
        Assert.Single(app.Logs.Named("EditGoodAgain"));

        _file.Edit(Payments("""{ "TotalTimeout": "10" }"""));
        Assert.Equal(2, app.Logs.Of(LogLevel.Error).Count);
        Assert.Equal(2, metrics.Of("resilience.http.options.reload_failures").Count);
    }

    [Fact]
    public async Task The_users_options_monitor_follows_good_edits_and_ignores_bad_ones()
    {
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));
        var monitor = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>();
        var told = new List<(string? Name, int MaxRetries)>();
        using var subscription = monitor.OnChange((options, name) => told.Add((name, options.Retry.MaxRetries)));
        Assert.Equal(1, monitor.Get("payments").Retry.MaxRetries);

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2 } }"""));
        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 200 } }"""));

        Assert.Equal([("payments", 2)], told);
        Assert.Equal(2, monitor.Get("payments").Retry.MaxRetries);
    }

    [Fact]
    public async Task A_monitor_that_was_read_before_the_start_has_what_is_in_force_after_it()
    {
        using var app = TestApp.With(_file.AddTo, services => services.AddResilientHttpClient("payments"));
        var monitor = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>();
        var told = new List<(string? Name, int MaxRetries)>();
        using var subscription = monitor.OnChange((options, name) => told.Add((name, options.Retry.MaxRetries)));
        Assert.Equal(1, monitor.Get("payments").Retry.MaxRetries);

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2 } }"""));
        await app.StartAsync();

        Assert.Equal(2, app.InForce("payments").Retry.MaxRetries);
        Assert.Equal(2, monitor.Get("payments").Retry.MaxRetries);
        Assert.Equal([("payments", 2)], told);
    }

    [Fact]
    public async Task A_listener_that_throws_at_the_start_does_not_stop_it()
    {
        using var app = TestApp.With(_file.AddTo, services => services.AddResilientHttpClient("payments"));
        using var subscription = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>()
            .OnChange(_ => throw new InvalidOperationException("a listener"));

        await app.StartAsync();

        Assert.Single(app.Logs.Named("ListenerFailed"));
    }

    [Fact]
    public async Task A_client_known_only_from_the_factorys_defaults_follows_edits_of_its_section()
    {
        _file.Edit(TestApp.Clients("""{ "PAYMENTS": { "TotalTimeout": "5s" } }"""));
        using var app = await StartedAsync(services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));

        _file.Edit(TestApp.Clients("{}"));
        Assert.Single(app.Logs.Of(LogLevel.Error));
        app.Client("payments").Dispose();
        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce("payments").TotalTimeout);

        _file.Edit(TestApp.Clients("""{ "Payments": { "TotalTimeout": "6s" } }"""));
        Assert.Equal(TimeSpan.FromSeconds(6), app.InForce("payments").TotalTimeout);

        _file.Edit(TestApp.Clients("{}"));
        Assert.Equal(2, app.Logs.Of(LogLevel.Error).Count);
    }

    [Fact]
    public async Task A_monitor_follows_for_a_client_that_only_the_factorys_defaults_know()
    {
        using var app = await StartedAsync(services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));
        var monitor = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>();
        using var client = app.Client("weather");
        Assert.Equal(3, monitor.Get("weather").Retry.MaxRetries);

        _file.Edit(TestApp.Clients("""{ "payments": {}, "weather": { "Retry": { "MaxRetries": 7 } } }"""));

        Assert.Equal(7, app.InForce("weather").Retry.MaxRetries);
        Assert.Equal(7, monitor.Get("weather").Retry.MaxRetries);
    }

    [Fact]
    public async Task What_the_user_does_to_the_monitors_options_does_not_reach_the_calls()
    {
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));

        app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get("payments").Retry.MaxRetries = 77;

        Assert.Equal(1, app.InForce("payments").Retry.MaxRetries);
    }

    [Fact]
    public async Task A_section_of_the_users_own_is_followed_in_a_configuration_of_its_own()
    {
        using var own = new SettingsFile("""{ "stock": { "TotalTimeout": "5s" } }""");
        using var app = await StartedAsync(services => services.AddResilientHttpClient("inventory", own.Build().GetSection("stock")));

        own.Edit("""{ "stock": { "TotalTimeout": "6s" } }""");
        Assert.Equal(TimeSpan.FromSeconds(6), app.InForce("inventory").TotalTimeout);

        own.Edit("{}");
        Assert.Equal(TimeSpan.FromSeconds(6), app.InForce("inventory").TotalTimeout);
        Assert.Contains("stock was removed", Assert.Single(app.Logs.Of(LogLevel.Error)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_is_checked_once_however_many_sections_of_the_users_own_it_is_in()
    {
        const int Clients = 20;
        using var own = new SettingsFile(Timeouts("5s"));
        var configuration = own.Build();
        var runs = 0;
        using var app = await StartedAsync(services =>
        {
            for (var i = 0; i < Clients; i++)
            {
                services
                    .AddResilientHttpClient($"client-{i}", configuration.GetSection($"client-{i}"))
                    .ConfigureResilience((_, _) => runs++);
            }
        });

        runs = 0;
        own.Edit(Timeouts("6s"));

        Assert.Equal(Clients, runs);
        Assert.Equal(TimeSpan.FromSeconds(6), app.InForce($"client-{Clients - 1}").TotalTimeout);

        static string Timeouts(string time) =>
            "{" +
            string.Join(",", Enumerable.Range(0, Clients).Select(i => $$""" "client-{{i}}": { "TotalTimeout": "{{time}}" } """)) +
            "}";
    }

    [Fact]
    public async Task Code_that_sets_options_runs_again_and_what_it_throws_refuses_the_edit()
    {
        var broken = false;
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments", options =>
        {
            options.TotalTimeout = broken
                ? throw new InvalidOperationException("the vault is sealed")
                : TimeSpan.FromSeconds(5 + options.Retry.MaxRetries);
        }));

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2 } }"""));
        Assert.Equal(TimeSpan.FromSeconds(7), app.InForce("payments").TotalTimeout);

        broken = true;
        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 4 } }"""));
        Assert.Equal(TimeSpan.FromSeconds(7), app.InForce("payments").TotalTimeout);
        var error = Assert.Single(app.Logs.Of(LogLevel.Error));
        Assert.EndsWith("the vault is sealed", error.Text, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.Exception);

        broken = false;
        _file.Touch();
        Assert.Equal(TimeSpan.FromSeconds(9), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task Nothing_escapes_into_the_configuration_provider()
    {
        using var app = await StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddSingleton<ILoggerProvider>(new ThrowingLogs());
        });
        using var subscription = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>()
            .OnChange(_ => throw new InvalidOperationException("a listener"));

        _file.Edit(Payments("""{ "TotalTimeout": "10" }"""));
        _file.Edit(Payments("""{ "TotalTimeout": "10s" }"""));

        Assert.Equal(TimeSpan.FromSeconds(10), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task A_listener_that_throws_is_logged()
    {
        using var app = await StartedAsync(services => services.AddResilientHttpClient("payments"));
        using var subscription = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>()
            .OnChange(_ => throw new InvalidOperationException("a listener"));

        _file.Edit(Payments("""{ "TotalTimeout": "10s" }"""));

        Assert.Single(app.Logs.Named("ListenerFailed"));
        Assert.Empty(app.Logs.Named("EditRefused"));
    }

    [Fact]
    public async Task Edits_from_two_threads_end_with_the_last_one_in_force()
    {
        var configuration = new ConfigurationBuilder()
            .Add(new Switch("ResilientHttpClients:Clients:payments:Retry:MaxRetries", out var retries))
            .Add(new Switch("ResilientHttpClients:Clients:payments:CircuitBreaker:HalfOpenMaxCalls", out var trials));
        using var app = TestApp.With(
            into => into.AddConfiguration(configuration.Build()), services => services.AddResilientHttpClient("payments"));
        await app.StartAsync();

        for (var round = 1; round <= 100; round++)
        {
            using var both = new Barrier(2);
            await Task.WhenAll(Task.Run(() => Turn(retries)), Task.Run(() => Turn(trials)));

            var options = app.InForce("payments");
            Assert.Equal((round, round), (options.Retry.MaxRetries, options.CircuitBreaker.HalfOpenMaxCalls));

            void Turn(SwitchProvider provider)
            {
                both.SignalAndWait();
                provider.Set(round);
            }
        }
    }

    [Fact]
    public async Task An_edit_that_was_overtaken_by_a_later_one_changes_nothing()
    {
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var own = new SettingsFile("""{ "stock": { "TotalTimeout": "5s" } }""");
        var hold = false;
        using var app = await StartedAsync(services =>
        {
            services.AddResilientHttpClient("inventory", own.Build().GetSection("stock"));
            services.AddResilientHttpClient("payments", _ =>
            {
                if (Interlocked.Exchange(ref hold, false))
                {
                    held.Set();
                    release.Wait();
                }
            });
        });

        hold = true;
        var overtaken = Task.Factory.StartNew(
            () => _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2 } }""")), TaskCreationOptions.LongRunning);
        held.Wait(); // both files have been read
        own.Edit("""{ "stock": { "TotalTimeout": "6s" } }""");
        release.Set();
        await overtaken;

        Assert.Equal((6, 2), (app.InForce("inventory").TotalTimeout.TotalSeconds, app.InForce("payments").Retry.MaxRetries));
        var monitor = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>();
        Assert.Equal((6, 2), (monitor.Get("inventory").TotalTimeout.TotalSeconds, monitor.Get("payments").Retry.MaxRetries));
    }

    [Fact]
    public void Older_options_never_replace_newer_ones()
    {
        var service = new ServiceState("payments", new ResilienceRuntime(), new ResilientHttpClientOptions { Edition = 1 });
        var newer = new ResilientHttpClientOptions { Edition = 3 };
        service.Use(newer);
        service.Use(new ResilientHttpClientOptions { Edition = 2 });

        Assert.Same(newer, service.Options);
    }

    [Fact]
    public async Task An_edit_while_a_client_is_first_used_reaches_it()
    {
        Action? whileItIsMade = null;
        using var app = await StartedAsync(services =>
        {
            services.ConfigureHttpClientDefaults(
                client => client.ConfigureResilience((_, _) => Interlocked.Exchange(ref whileItIsMade, null)?.Invoke()).AddResilience());
        });

        whileItIsMade = () => _file.Edit(TestApp.Clients("""{ "payments": {} }""", defaults: """{ "Retry": { "MaxRetries": 8 } }"""));
        app.Client("weather").Dispose();

        Assert.Equal(8, app.InForce("weather").Retry.MaxRetries);
    }

    [Fact]
    public async Task An_edit_while_the_app_starts_is_in_force_after_it()
    {
        Action? whileItStarts = () => _file.Edit(Payments("""{ "Retry": { "MaxRetries": 8 } }"""));
        using var app = await StartedAsync(services =>
            services
                .AddResilientHttpClient("payments")
                .ConfigureResilience((_, _) => Interlocked.Exchange(ref whileItStarts, null)?.Invoke()));

        Assert.Equal(8, app.InForce("payments").Retry.MaxRetries);
    }

    [Fact]
    public async Task Environment_variables_are_read_like_any_configuration()
    {
        const string Variable = "RESILIENCE_REGISTRATION_TESTS_ResilientHttpClients__Clients__payments__TotalTimeout";
        Environment.SetEnvironmentVariable(Variable, "5s");
        try
        {
            using var app = TestApp.With(
                configuration => configuration.AddEnvironmentVariables("RESILIENCE_REGISTRATION_TESTS_"),
                services => services.AddResilientHttpClient("payments"));
            await app.StartAsync();

            Assert.Equal(TimeSpan.FromSeconds(5), app.InForce("payments").TotalTimeout);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public async Task After_the_container_is_disposed_edits_are_ignored()
    {
        using var own = new SettingsFile("""{ "stock": { "TotalTimeout": "5s" } }"""); // lives longer than the app
        var runs = 0;
        var app = await StartedAsync(
            services =>
                services.AddResilientHttpClient("inventory", own.Build().GetSection("stock")).ConfigureResilience((_, _) => runs++));
        app.Dispose();

        var before = runs;
        own.Edit("""{ "stock": { "TotalTimeout": "6s" } }""");

        Assert.Equal(before, runs);
        Assert.Empty(app.Logs.Of(LogLevel.Error));
    }

    private static string Payments(string section) => TestApp.Clients($$"""{ "payments": {{section}} }""");

    private static string Both(int retries) => TestApp.Clients(
        $$"""{ "payments": { "Retry": { "MaxRetries": {{retries}} } }, "inventory": { "Retry": { "MaxRetries": {{retries}} } } }""",
        defaults: """{ "Retry": { "BaseDelay": "0s", "Budget": { "Enabled": false } }, "CircuitBreaker": { "Enabled": false } }""");

    private static void AlwaysFailing(IServiceCollection services, string name)
    {
        services.AddResilientHttpClient(name);
        services.AddSingleton(services.UseScriptedServer(name, script => script.Always(503)));
    }

    /// <summary>How many requests the server of that client sees of one call.</summary>
    private static async Task<int> AttemptsOfACall(TestApp app, string name, HttpClient client)
    {
        var server = app.Services.GetServices<ScriptedServer>().Single(server => server.Name == name);
        var before = server.Requests.Count;
        (await client.GetAsync($"https://{name}.internal/")).Dispose();
        return server.Requests.Count - before;
    }

    private async Task<TestApp> StartedAsync(Action<IServiceCollection> register)
    {
        var app = TestApp.With(_file.AddTo, register);
        await app.StartAsync();
        return app;
    }

    private sealed class ThrowingLogs : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name is "EditRefused" or "SettingsChanged" or "ListenerFailed" or "EditGoodAgain")
            {
                throw new InvalidOperationException("a logger");
            }
        }
    }

    /// <summary>One number in configuration that a test turns.</summary>
    private sealed class Switch : IConfigurationSource
    {
        private readonly SwitchProvider _provider;

        public Switch(string key, out SwitchProvider provider) => _provider = provider = new SwitchProvider(key);

        public IConfigurationProvider Build(IConfigurationBuilder builder) => _provider;
    }

    private sealed class SwitchProvider(string key) : ConfigurationProvider
    {
        public override void Load() => Data = new Dictionary<string, string?> { [key] = "1" };

        public void Set(int value)
        {
            Data = new Dictionary<string, string?> { [key] = value.ToString() };
            OnReload();
        }
    }
}
