using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Testing;
using static Resilience.Http.Tests.Registration.ReloadApp;

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
        using var app = await _file.StartedAsync(services =>
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
    public async Task One_mistake_keeps_back_the_whole_edit()
    {
        using var app = await _file.StartedAsync(services =>
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
        using var app = await _file.StartedAsync(services =>
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
        using var app = await _file.StartedAsync(
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
        using var app = await _file.StartedAsync(services =>
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
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(settings);

        Assert.Equal(
            (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)),
            (app.InForce("payments").TotalTimeout, app.InForce("payments").AttemptTimeout));
        Assert.Contains($"{section} was removed", Assert.Single(app.Logs.Of(LogLevel.Error)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_emptied_section_goes_back_to_the_defaults()
    {
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("{}"));

        Assert.Equal(3, app.InForce("payments").Retry.MaxRetries);
        Assert.Empty(app.Logs.Of(LogLevel.Error));
    }

    [Fact]
    public async Task An_emptied_section_of_the_users_own_goes_back_to_the_defaults_too()
    {
        using var own = new SettingsFile("""{ "stock": { "TotalTimeout": "5s" } }""");
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("inventory", own.Build().GetSection("stock")));

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
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("""{ "TotalTimeout": "5s" }"""));

        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task A_section_that_comes_later_and_that_no_client_reads_is_a_warning_once()
    {
        _file.Edit(TestApp.Clients("""{ "payments": {}, "paymants": {} }"""));
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

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
        using var app = await _file.StartedAsync(services =>
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
        using var app = await _file.StartedAsync(services => AlwaysFailing(services, "payments"));
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
    public async Task A_client_known_only_from_the_factorys_defaults_follows_edits_of_its_section()
    {
        _file.Edit(TestApp.Clients("""{ "PAYMENTS": { "TotalTimeout": "5s" } }"""));
        using var app = await _file.StartedAsync(services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));

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
    public async Task A_section_of_the_users_own_is_followed_in_a_configuration_of_its_own()
    {
        using var own = new SettingsFile("""{ "stock": { "TotalTimeout": "5s" } }""");
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("inventory", own.Build().GetSection("stock")));

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
        using var app = await _file.StartedAsync(services =>
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
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments", options =>
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
        var app = await _file.StartedAsync(
            services =>
                services.AddResilientHttpClient("inventory", own.Build().GetSection("stock")).ConfigureResilience((_, _) => runs++));
        app.Dispose();

        var before = runs;
        own.Edit("""{ "stock": { "TotalTimeout": "6s" } }""");

        Assert.Equal(before, runs);
        Assert.Empty(app.Logs.Of(LogLevel.Error));
    }

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
}
