using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Testing;
using static Resilience.Http.Tests.Registration.ReloadApp;

namespace Resilience.Http.Tests.Registration;

/// <summary>
/// An edit of the configuration is in force for calls that begin after it; one with a mistake changes nothing, and the next good one
/// works.
/// </summary>
public sealed class ReloadTests : IDisposable
{
    private readonly SettingsFile _file = FileWithOneRetry();

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
    public async Task One_mistake_rejects_the_whole_edit()
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
