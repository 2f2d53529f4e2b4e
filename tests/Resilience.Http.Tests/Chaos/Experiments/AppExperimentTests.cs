using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Chaos.Registration;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>Experiments that run inside an app, on its clients, faults and circuits.</summary>
public sealed class AppExperimentTests
{
    private static readonly HttpChaosClientOptions ResetAll = new() { Abort = new() { Reset = true, Percentage = 100 } };

    /// <summary>Ten seconds after the clock's start.</summary>
    private const string UntilSoon = """{ "ResilientHttpChaos": { "Enabled": true, "Until": "2030-01-01T12:00:10Z" } }""";

    private const string GateClosed =
        "The faults were no longer injected, so the hypothesis was not tested: ResilientHttpChaos:Until, 2030-01-01 12:00:10Z, has passed.";

    [Fact]
    public async Task Faults_that_an_experiment_sets_are_in_force_until_it_clears_them()
    {
        using var app = await AppAsync();
        List<bool> struck = [];

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method = [Look("before"), ChaosAction.SetFaults("break", "payments", ResetAll), Look("broken")],
            Rollbacks = [ChaosAction.ClearFaults("mend", "payments")],
        });

        struck.Add(await app.IsStruckAsync());
        Assert.Equal([false, true, false], struck);
        Assert.Equal(ChaosOutcome.Held, result.Outcome);
        Assert.Equal(3, result.Rollbacks[0].Output!["struck"]!.GetValue<long>());
        Assert.Empty(result.Notes);

        ChaosProbe Look(string name) => new(name, async _ =>
        {
            struck.Add(await StruckAsync(app));
            return null;
        });
    }

    [Fact]
    public async Task The_faults_of_an_experiment_replace_configured_ones_until_they_are_cleared()
    {
        using var app = await AppAsync(ChaosFixture.On("""{ "Abort": { "StatusCode": 418, "Percentage": 100 } }"""));
        List<bool> reset = [];

        await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method = [
                Look(), ChaosAction.SetFaults("break", "payments", ResetAll), Look(), ChaosAction.ClearFaults("mend", "payments"), Look()
            ],
        });

        Assert.Equal([false, true, false], reset);

        ChaosProbe Look() => new("look", async _ =>
        {
            reset.Add(await StruckAsync(app));
            return null;
        });
    }

    [Fact]
    public async Task Faults_that_were_left_behind_are_cleared_by_the_runner_which_says_so()
    {
        using var app = await AppAsync();

        var result = await RunAsync(
            app, new ChaosExperiment { Title = "t", Method = [ChaosAction.SetFaults("break", "payments", ResetAll)] });

        Assert.False(await app.IsStruckAsync());
        Assert.Contains(
            "The experiment left faults on the client 'payments'; they were cleared. Add a rollback that clears them.", result.Notes);
        Assert.Equal("clear the faults left on payments", Assert.Single(result.Rollbacks).Activity.Name);
    }

    [Fact]
    public async Task Faults_that_take_the_place_of_others_count_on_from_them()
    {
        using var app = await AppAsync();

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method =
            [
                ChaosAction.SetFaults("some", "payments", ResetAll),
                Calls(app, 1, background: false),
                ChaosAction.SetFaults("more", "payments", ResetAll),
            ],
            Rollbacks = [ChaosAction.ClearFaults("mend", "payments")],
        });

        Assert.Equal(3, result.Rollbacks[0].Output!["struck"]!.GetValue<long>()); // a call and its two retries
        Assert.Empty(result.Notes);
    }

    [Fact]
    public async Task Faults_that_affected_no_calls_are_noted()
    {
        using var app = await AppAsync();

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method = [ChaosAction.SetFaults("break", "paymnets", ResetAll)],
            Rollbacks = [ChaosAction.ClearFaults("mend", "paymnets")],
        });

        Assert.Contains(
            "The faults that 'mend' cleared affected no calls: the client was not used, or its name is wrong. The hypothesis was not " +
            "tested.", result.Notes);
    }

    [Fact]
    public async Task A_closed_gate_fails_the_action_and_nothing_is_injected()
    {
        using var app = await AppAsync("""{ "ResilientHttpChaos": { "Enabled": false } }""");

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method = [ChaosAction.SetFaults("break", "payments", ResetAll)],
        });

        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal(
            "The action 'break' failed, so the hypothesis was not tested: The faults for 'payments' were not set because nothing would " +
            "be injected: ResilientHttpChaos:Enabled is false.",
            result.Errors[0]);
    }

    [Fact]
    public async Task If_a_gate_closes_in_the_method_it_ends_and_the_hypothesis_was_not_tested()
    {
        using var app = await AppAsync(UntilSoon);
        var more = false;

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            SteadyState = [Steady(app, TimeSpan.Zero)],
            Method =
            [
                ChaosAction.SetFaults("break", "payments", ResetAll),
                ChaosAction.Pause(TimeSpan.FromSeconds(20)),
                new ChaosAction("more", _ =>
                {
                    more = true;
                    return ValueTask.CompletedTask;
                }),
            ],
        });

        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal([GateClosed], result.Errors);
        Assert.False(more);
        Assert.Null(result.After);
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(0, 20)]
    public async Task If_a_gate_closes_in_the_last_check_the_hypothesis_was_not_tested(int method, int look)
    {
        using var app = await AppAsync(UntilSoon);

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            SteadyState = [Steady(app, TimeSpan.FromSeconds(look))],
            Method = [ChaosAction.SetFaults("break", "payments", ResetAll)],
            Duration = TimeSpan.FromSeconds(method),
            Rollbacks = [ChaosAction.ClearFaults("mend", "payments")],
        });

        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal([GateClosed], result.Errors);
        Assert.Equal(look > 0, result.After is not null);
    }

    [Fact]
    public async Task A_gate_that_closes_after_the_faults_were_cleared_is_nothing_to_the_experiment()
    {
        using var app = await AppAsync(UntilSoon);

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            SteadyState = [Steady(app, TimeSpan.FromSeconds(20))],
            Method = [ChaosAction.SetFaults("break", "payments", ResetAll), ChaosAction.ClearFaults("mend", "payments")],
        });

        Assert.Equal(ChaosOutcome.Held, result.Outcome);
    }

    [Fact]
    public async Task A_dry_run_that_begins_under_the_faults_ends_the_method_like_a_gate_that_closes()
    {
        using var file = new SettingsFile("""{ "ResilientHttpChaos": { "Enabled": true } }""");
        using var app = await AppAsync(file.AddTo);

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method =
            [
                ChaosAction.SetFaults("break", "payments", ResetAll),
                Calls(app, 1, background: false),
                new ChaosAction("edit", _ =>
                {
                    file.Edit("""{ "ResilientHttpChaos": { "Enabled": true, "DryRun": true } }""");
                    return ValueTask.CompletedTask;
                }),
            ],
            Rollbacks = [ChaosAction.ClearFaults("mend", "payments")],
        });

        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal(
            ["The faults were no longer injected, so the hypothesis was not tested: ResilientHttpChaos:DryRun is true."], result.Errors);
    }

    [Fact]
    public async Task A_step_sets_no_faults_after_the_rollbacks_of_a_cancelled_run()
    {
        using var app = await AppAsync();
        using var cancel = new CancellationTokenSource();
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var setting = ChaosAction.SetFaults("break", "payments", ResetAll);
        var slow = new ChaosAction("slow", async (tools, token) =>
        {
            began.SetResult();
            await goOn.Task;
            try
            {
                return await setting.RunAsync(tools, token);
            }
            finally
            {
                over.SetResult();
            }
        });

        var run = app.Services.GetRequiredService<ChaosExperimentRunner>().RunAsync(
            new ChaosExperiment { Title = "t", Method = [slow] }, cancellationToken: cancel.Token);
        await began.Task;
        await cancel.CancelAsync();
        var result = await run;
        goOn.SetResult();
        await over.Task;

        Assert.Equal(ChaosOutcome.Interrupted, result.Outcome);
        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task Faults_that_are_wrong_fail_the_action()
    {
        using var app = await AppAsync();

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method = [ChaosAction.SetFaults("break", "payments", new() { Abort = new() { Percentage = 100 } })],
        });

        Assert.Contains("set one of StatusCode, Exception, Reset, ConnectionRefused and Hang", result.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_of_an_experiment_is_noted()
    {
        using var app = await AppAsync("""{ "ResilientHttpChaos": { "Enabled": true, "DryRun": true } }""");

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method = [ChaosAction.SetFaults("break", "payments", ResetAll)],
            Rollbacks = [ChaosAction.ClearFaults("mend", "payments")],
        });

        Assert.Contains("ResilientHttpChaos:DryRun is true: the faults for 'payments' were counted, but none was injected.", result.Notes);
    }

    [Fact]
    public async Task The_calls_and_sends_of_a_client_are_counted_while_a_probe_watches()
    {
        using var app = await AppAsync(script: script => script.Fail(2, 503).Then(200).Fail(3, 503).Always(200));

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method =
            [
                Calls(app, 4),
                ChaosProbe.SendsPerCall("sends", ChaosTraffic.Of("payments", TimeSpan.FromMinutes(1)), ChaosTolerance.AtMost(3)),
            ],
        });

        // Two retries, then the last attempt fails after two, then two calls at once: (3 + 3 + 1 + 1) sends for 4 calls.
        Assert.Equal(2, result.Method[1].Output!.GetValue<double>());
    }

    [Fact]
    public async Task The_success_rate_of_a_client_is_what_its_callers_see()
    {
        using var app = await AppAsync(script: script => script.Fail(2, 503).Then(200).Fail(3, 503).Always(200));

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method =
            [
                Calls(app, 4),
                ChaosProbe.SuccessRate("rate", ChaosTraffic.Of("payments", TimeSpan.FromMinutes(1)), ChaosTolerance.AtLeast(0.75)),
            ],
        });

        Assert.Equal(0.75, result.Method[1].Output!.GetValue<double>());
        Assert.Equal(ChaosOutcome.Held, result.Outcome);
    }

    [Fact]
    public async Task A_client_without_calls_gives_no_figure()
    {
        using var app = await AppAsync();

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            SteadyState = [ChaosProbe.SuccessRate("rate", ChaosTraffic.Of("payments"), ChaosTolerance.AtLeast(0))],
        });

        Assert.Equal(ChaosOutcome.NotSteady, result.Outcome);
        Assert.Contains("No call of the client 'payments' was seen while the probe watched.", result.Errors[0], StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), result.Duration);
    }

    [Fact]
    public async Task The_state_of_a_circuit_is_its_text()
    {
        using var app = await AppAsync();
        await StruckAsync(app);

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            SteadyState = [ChaosProbe.CircuitState("closed", "payments", ChaosTolerance.Equal("closed"))],
            Method =
            [
                ChaosAction.SetFaults("break", "payments", ResetAll),
                Calls(app, 5, background: false),
                ChaosProbe.CircuitState("open", "payments", ChaosTolerance.Equal("open"), "http://payments.test"),
                ChaosProbe.CircuitState("nobody", "paymnets", ChaosTolerance.Equal("open")),
            ],
        });

        Assert.True(result.Before!.Met);
        Assert.True(result.Method[2].ToleranceMet);
        Assert.False(result.Method[3].ToleranceMet);
        Assert.Contains(result.Errors, error => error.Contains("No circuit was found for 'paymnets'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_experiment_from_json_breaks_and_restores_a_client()
    {
        using var app = await AppAsync();
        var experiment = ChaosExperiment.Parse("""
            {
              "title": "t", "description": "d",
              "method": [
                {
                  "type": "action", "name": "break",
                  "provider": {
                    "type": "resilience", "func": "set_faults",
                    "arguments": {
                      "client": "payments",
                      "Latency": { "Min": "1s", "Percentage": 100 },
                      "Abort": { "StatusCode": 503, "Percentage": 100 },
                      "Match": { "Methods": [ "GET" ], "PathPrefix": "/charges" }
                    }
                  },
                  "pauses": { "after": 2 }
                }
              ],
              "rollbacks": [
                { "type": "action", "name": "mend", "provider": { "type": "resilience", "func": "clear_faults", "arguments": { "client": "payments" } } }
              ]
            }
            """);

        var result = await RunAsync(app, experiment);

        Assert.Equal(ChaosOutcome.Held, result.Outcome);
        Assert.Equal(
            ["payments: an experiment set faults: latency 1000 to 1000 ms on 100 %, abort (503 ServiceUnavailable) on 100 % for GET on " +
                "/charges*."],
            app.Logs.Named("FaultsSet"));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(result.ToJournal())!["run"]![0]!["activity"]!["provider"]!["arguments"]!["Match"],
            JsonNode.Parse("""{ "Methods": [ "GET" ], "PathPrefix": "/charges" }""")));
    }

    [Theory]
    [InlineData("\"Abort\": {\n \"Percentge\": 5 }", "line 6: method[0].provider.arguments.Abort.Percentge is not a known key. Did you " +
        "mean Percentage?.")]
    [InlineData("\"Latency\": {\n \"Max\": \"1\",\n \"Percentage\": 5 }", "line 6: method[0].provider.arguments.Latency.Max = \"1\" " +
        "would be 1 days, write it as 10s (ms, s, m, h) or 00:00:10; allowed: 0s to 24h.")]
    [InlineData("\"Abort\":\n {\n \"Percentage\": 5 }", "line 6: method[0].provider.arguments.Abort has a Percentage but no kind; set " +
        "one of StatusCode, Exception, Reset, ConnectionRefused and Hang.")]
    [InlineData("\"Abrt\": { }", "line 5: method[0].provider.arguments.Abrt is not a known key. Did you mean Abort?.")]
    [InlineData("\"Match\": {\n \"Methods\": [\n \"GET IT\" ] }", "line 7: method[0].provider.arguments.Match.Methods.0 = \"GET IT\" is " +
        "not an HTTP method; allowed: HTTP methods, such as GET.")]
    [InlineData("\"Latency\": {\n \"Min\": \"1s\",\n \"min\": \"2s\" }", "line 7: method[0].provider.arguments.Latency.min occurs twice; " +
        "remove one of them.")]
    [InlineData("\"Abort\": { \"Reset\": true },\n \"abort\": { \"Percentage\": 5 }", "line 6: method[0].provider.arguments.abort occurs " +
        "twice; remove one of them.")]
    public void Wrong_faults_in_json_are_reported_with_their_line(string faults, string mistake)
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() => ChaosExperiment.Parse(
            "{ \"title\": \"t\", \"description\": \"d\",\n\"method\": [ { \"type\": \"action\", \"name\": \"break\",\n\"provider\": { " +
            "\"type\": \"resilience\", \"func\": \"set_faults\",\n"
            + $"\"arguments\": {{ \"client\": \"payments\",\n{faults} }} }} }} ] }}"));

        Assert.Equal([mistake], exception.Mistakes);
    }

    [Fact]
    public async Task Synchronous_and_cancelled_calls_count_but_not_for_the_success_rate()
    {
        using var app = await AppAsync();
        using var client = app.Client();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var watch = app.Services.GetRequiredService<ClientTraffic>().Client("payments").Watch();
        using var request = new HttpRequestMessage(HttpMethod.Get, "charges");
        using var response = app.Clock.Run(() => client.Send(request));
        using var handlers = new HttpMessageInvoker(
            app.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("payments"), disposeHandler: false);
        using var second = new HttpRequestMessage(HttpMethod.Get, "http://payments.test/charges");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handlers.SendAsync(second, cancelled.Token));

        var sample = watch.Sample();
        Assert.Equal(2, sample.Began);
        Assert.Equal(1, sample.SuccessRate);
        Assert.Single(sample.Durations);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\"DryRun\": true", false)]
    [InlineData("\"Until\": \"1999-01-01T00:00:00Z\"", false)]
    public async Task Configured_faults_that_are_on_before_the_method_are_noted(string others, bool noted)
    {
        using var app = await AppAsync(ChaosFixture.On(others: others));

        var result = await RunAsync(app, new ChaosExperiment { Title = "t" });

        Assert.Equal(
            noted
                ? ["Faults of the configuration were active before the method (payments: abort (reset) on 100 %): "
                    + "the steady state was measured under them. Remove them to measure a system without faults."]
                : [],
            result.Notes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Configured_faults_that_change_during_the_first_check_are_noted(bool sets)
    {
        var (on, off) = (ChaosFixture.On(), """{ "ResilientHttpChaos": { "Enabled": true } }""");
        using var file = new SettingsFile(sets ? off : on);
        using var app = await AppAsync(file.AddTo);

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Hypothesis = "h",
            SteadyState =
            [
                new ChaosProbe("edits", _ =>
                {
                    file.Edit(sets ? on : off);
                    return new(true);
                })
                {
                    Tolerance = ChaosTolerance.Equal(true),
                },
            ],
        });

        Assert.Single(
            result.Notes, static note => note.StartsWith("Faults of the configuration were active", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watching_ends_with_the_probe()
    {
        using var app = await AppAsync();
        await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method = [Calls(app, 1), ChaosProbe.SuccessRate("rate", ChaosTraffic.Of("payments"), ChaosTolerance.AtLeast(0))],
        });

        Assert.Empty(app.Services.GetRequiredService<ClientTraffic>().Client("payments").Watches);
    }

    private static Task<ChaosFixture> AppAsync(
        string settings = """{ "ResilientHttpChaos": { "Enabled": true } }""", Action<ServerScript>? script = null) =>
        new ChaosFixture(settings, register: Register, script: script).StartAsync();

    private static Task<ChaosFixture> AppAsync(Action<IConfigurationBuilder> settings) =>
        new ChaosFixture(settings, register: Register).StartAsync();

    private static void Register(IServiceCollection services)
    {
        services.AddHttpClient("payments").AddResilience(static options =>
        {
            options.Retry.MaxRetries = 2;
            options.Retry.BaseDelay = TimeSpan.FromMilliseconds(10);
        });
        services.AddChaosExperiments();
    }

    /// <summary>A check that is always met and takes its time when it is made again.</summary>
    private static ChaosProbe Steady(ChaosFixture app, TimeSpan again)
    {
        var looks = 0;
        return new("check", async token =>
        {
            await Task.Delay(looks++ == 0 ? TimeSpan.Zero : again, app.Clock, token);
            return true;
        })
        { Tolerance = ChaosTolerance.Equal(true) };
    }

    private static Task<ChaosExperimentResult> RunAsync(ChaosFixture app, ChaosExperiment experiment) =>
        app.Clock.RunAsync(() => app.Services.GetRequiredService<ChaosExperimentRunner>().RunAsync(experiment));

    /// <summary>Calls of the app itself, in the background of the method.</summary>
    private static ChaosAction Calls(ChaosFixture app, int count, bool background = true) => new("calls", async token =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1), app.Clock, token);
        for (var i = 0; i < count; i++)
        {
            await StruckAsync(app);
        }
    })
    {
        Background = background,
    };

    private static async Task<bool> StruckAsync(ChaosFixture app)
    {
        try
        {
            using var client = app.Client();
            using var response = await client.GetAsync("charges");
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
