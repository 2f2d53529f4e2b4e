using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using static Resilience.Http.Tests.Chaos.Experiments.ExperimentApp;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>Experiments that run inside an app, on its clients, faults and circuits.</summary>
public sealed class AppExperimentTests
{
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
    public async Task Faults_that_were_left_behind_are_cleared_and_reported_by_the_runner()
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
    public async Task Faults_that_replace_others_continue_their_counts()
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
}
