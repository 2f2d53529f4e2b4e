namespace Resilience.Http.Tests.Chaos.Experiments;

public sealed class ExperimentOrderTests : IDisposable
{
    private readonly ExperimentFixture _bench = new();

    [Fact]
    public async Task The_steady_state_is_checked_before_and_after_the_method_and_then_rolled_back()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "orders are taken while payments is down",
            SteadyState = [_bench.Probe("check 1"), _bench.Probe("check 2")],
            Method = [_bench.Action("break"), _bench.Probe("look")],
            Rollbacks = [_bench.Action("mend")],
        });

        Assert.Equal(["check 1", "check 2", "break", "look", "check 1", "check 2", "mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Held, result.Outcome);
        Assert.True(result.Succeeded);
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task A_steady_state_that_is_not_met_stops_before_anything_is_injected()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            SteadyState = [_bench.Probe("check", met: false)],
            Method = [_bench.Action("break")],
            Rollbacks = [_bench.Action("mend")],
        });

        Assert.Equal(["check"], _bench.Done);
        Assert.Equal(ChaosOutcome.NotSteady, result.Outcome);
        Assert.Equal(2, result.ExitCode);
        Assert.False(result.Before!.Met);
        Assert.Null(result.After);
        Assert.Contains(
            result.Errors,
            error => error.Contains("The probe 'check' was not met before the method: false, expected true.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_probes_of_the_steady_state_run_even_after_one_that_was_not_met()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            SteadyState = [_bench.Probe("bad", met: false), _bench.Probe("good")],
        });

        Assert.Equal(["bad", "good"], _bench.Done);
        Assert.Equal([false, true], result.Before!.Probes.Select(probe => probe.ToleranceMet));
    }

    [Fact]
    public async Task A_hypothesis_that_fails_after_the_method_is_a_deviation_and_is_rolled_back()
    {
        var broken = false;

        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            SteadyState = [_bench.Probe("check", () => !broken)],
            Method = [_bench.Action("break", () => broken = true)],
            Rollbacks = [_bench.Action("mend")],
        });

        Assert.Equal(ChaosOutcome.Deviated, result.Outcome);
        Assert.True(result.Deviated);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("mend", _bench.Done[^1]);
    }

    [Fact]
    public async Task The_steady_state_is_checked_while_the_faults_are_still_in_force()
    {
        var broken = false;
        List<bool> seen = [];

        await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            SteadyState = [_bench.Probe("check", () =>
            {
                seen.Add(broken);
                return true;
            })],
            Method = [_bench.Action("break", () => broken = true)],
            Rollbacks = [_bench.Action("mend", () => broken = false)],
        });

        Assert.Equal([false, true], seen);
    }

    [Fact]
    public async Task A_probe_that_throws_counts_as_not_met()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            SteadyState = [_bench.Probe("check", () => throw new InvalidOperationException("no such table"))],
            Method = [_bench.Action("break")],
        });

        Assert.Equal(ChaosOutcome.NotSteady, result.Outcome);
        Assert.Contains(
            "The probe 'check' failed before the method, which counts as not met: no such table",
            result.Errors[0],
            StringComparison.Ordinal);
        Assert.False(result.Before!.Probes[0].Succeeded);
    }

    [Fact]
    public async Task A_tolerance_that_throws_counts_as_not_met()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            SteadyState =
            [
                new ChaosProbe("check", _ => new(1))
                {
                    Tolerance = ChaosTolerance.That(_ => throw new InvalidOperationException("oops"), "anything")
                },
            ],
        });

        Assert.Equal(ChaosOutcome.NotSteady, result.Outcome);
    }

    [Fact]
    public async Task A_tolerance_that_is_not_met_in_the_method_is_a_deviation_and_the_method_goes_on()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            SteadyState = [_bench.Probe("check")],
            Method = [_bench.Probe("circuit is open", met: false), _bench.Action("more")],
        });

        Assert.Equal(["check", "circuit is open", "more", "check"], _bench.Done);
        Assert.Equal(ChaosOutcome.Deviated, result.Outcome);
        Assert.True(result.After!.Met);
    }

    [Fact]
    public async Task A_probe_without_a_tolerance_in_the_method_only_records_its_value()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            Method = [new ChaosProbe("how many", _ => new(17))],
        });

        Assert.Equal(ChaosOutcome.Held, result.Outcome);
        Assert.Equal(17, result.Method[0].Output!.GetValue<int>());
        Assert.Null(result.Method[0].ToleranceMet);
    }

    [Fact]
    public async Task Pauses_and_duration_are_waited_for_on_the_clock()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            Method =
            [
                new ChaosAction("break", _ => ValueTask.CompletedTask)
                {
                    PauseBefore = TimeSpan.FromSeconds(2),
                    PauseAfter = TimeSpan.FromSeconds(3)
                },
                ChaosAction.Pause(TimeSpan.FromSeconds(4)),
            ],
            Duration = TimeSpan.FromMinutes(1),
            Rollbacks = [new ChaosAction("mend", _ => ValueTask.CompletedTask) { PauseAfter = TimeSpan.FromSeconds(5) }],
        });

        Assert.Equal(TimeSpan.FromSeconds(65), result.Duration);
        Assert.Equal(TimeSpan.FromSeconds(4), result.Method[1].Duration);
        Assert.Equal(_bench.Clock.Start + TimeSpan.FromSeconds(2), result.Method[0].StartedAt);
    }

    [Fact]
    public void Times_that_cannot_be_waited_for_are_refused_before_anything_is_done()
    {
        foreach (var wrong in new[] { TimeSpan.FromSeconds(-1), TimeSpan.MaxValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new ChaosExperiment { Title = "title", Duration = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => new ChaosAction("a", _ => ValueTask.CompletedTask) { PauseBefore = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => new ChaosAction("a", _ => ValueTask.CompletedTask) { PauseAfter = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => ChaosAction.Pause(wrong));
            Assert.Throws<ArgumentOutOfRangeException>(() => ChaosTraffic.Of("payments", wrong));
        }
    }

    [Fact]
    public async Task Every_step_is_reported_while_the_experiment_runs()
    {
        await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            SteadyState = [_bench.Probe("check")],
            Method = [ChaosAction.Pause(TimeSpan.FromSeconds(2))],
            Rollbacks = [_bench.Action("mend")],
        });

        Assert.Equal(
            [
                "    0.0 s  Before    probe check ...",
                "    0.0 s  Before    probe check: true, met",
                "    0.0 s  Method    action pause of 2 s ...",
                "    2.0 s  Method    action pause of 2 s: done",
                "    2.0 s  After     probe check ...",
                "    2.0 s  After     probe check: true, met",
                "    2.0 s  Rollback  action mend ...",
                "    2.0 s  Rollback  action mend: done",
            ],
            _bench.Lines);
    }

    [Fact]
    public void A_probe_of_the_steady_state_needs_a_tolerance() =>
        Assert.Throws<ArgumentException>(
            () => new ChaosExperiment { Title = "title", SteadyState = [new ChaosProbe("open", _ => new(1))] });

    public void Dispose() => _bench.Dispose();
}
