using Resilience.Http.Tests.Chaos.Registration;
using Resilience.Http.Tests.Registration;
using static Resilience.Http.Tests.Chaos.Experiments.ExperimentApp;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>An experiment whose faults a gate or a dry run holds back.</summary>
public sealed class ExperimentGateTests
{
    private const string GateClosed =
        "The faults were no longer injected, so the hypothesis was not tested: ResilientHttpChaos:Until, 2030-01-01 12:00:10Z, has passed.";

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
    public async Task A_gate_that_closes_after_the_faults_were_cleared_does_not_affect_the_experiment()
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
    public async Task A_dry_run_that_begins_during_the_faults_ends_the_method_like_a_closed_gate()
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
}
