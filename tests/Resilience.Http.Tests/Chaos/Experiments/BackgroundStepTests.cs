namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>Background steps run beside the others, and one that fails ends the method.</summary>
public sealed class BackgroundStepTests : IDisposable
{
    private readonly ExperimentFixture _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_background_step_runs_beside_the_next_and_is_awaited_at_the_end()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            SteadyState = [_bench.Probe("check")],
            Method =
            [
                new ChaosAction("load", async token =>
                {
                    _bench.Note("load begins");
                    await Task.Delay(TimeSpan.FromSeconds(10), _bench.Clock, token);
                    _bench.Note("load ends");
                }) { Background = true },
                _bench.Action("break"),
            ],
        });

        Assert.Equal(["break", "load begins"], _bench.Done[1..3].Order()); // neither waits for the other
        Assert.Equal(["load ends", "check"], _bench.Done[3..]);
        Assert.Equal(TimeSpan.FromSeconds(10), result.Duration);
    }

    [Fact]
    public async Task A_background_step_that_blocks_its_thread_does_not_hold_up_the_next()
    {
        using var gate = new ManualResetEventSlim();
        using var runner = new ChaosExperimentRunner();
        var opened = false;

        await runner.RunAsync(
            new ChaosExperiment
            {
                Title = "title",
                Method =
                [
                    new ChaosAction("load", token =>
                    {
                        opened = gate.Wait(TimeSpan.FromSeconds(10), token); // the bound is for a runner that never gets to the next step
                        return ValueTask.CompletedTask;
                    }) { Background = true },
                    new ChaosAction("open", _ =>
                    {
                        gate.Set();
                        return ValueTask.CompletedTask;
                    }),
                ],
            },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(opened);
    }

    [Fact]
    public async Task A_background_step_that_fails_ends_in_rollbacks_too()
    {
        var result = await _bench.RunAsync(
        [
            new ChaosAction("load", static ValueTask (_) => throw new InvalidOperationException("no load")) { Background = true },
            _bench.Action("break"),
        ]);

        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal("mend", _bench.Done[^1]);
    }

    [Fact]
    public async Task A_background_step_that_fails_ends_the_method_immediately()
    {
        var load = new ChaosAction("load", async token =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), _bench.Clock, token);
            throw new InvalidOperationException("no load");
        })
        { Background = true };

        var result = await _bench.RunAsync(
            [load, _bench.EndlessLoad(), ChaosAction.Pause(TimeSpan.FromHours(1)), _bench.Action("break more")]);

        Assert.Equal(["mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal(["The action 'load' failed, so the hypothesis was not tested: no load"], result.Errors);
        Assert.Equal(TimeSpan.FromSeconds(5), result.Duration);
    }

    [Fact]
    public async Task A_background_step_that_fails_ends_the_duration_of_the_faults_early()
    {
        var load = new ChaosAction("load", async token =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), _bench.Clock, token);
            throw new InvalidOperationException("no load");
        })
        { Background = true };

        var result = await _bench.RunAsync(new ChaosExperiment { Title = "title", Method = [load], Duration = TimeSpan.FromHours(1) });

        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(5), result.Duration);
    }

    [Fact]
    public async Task An_action_that_fails_ends_the_background_steps_as_well()
    {
        var result = await _bench.RunAsync(
            [_bench.EndlessLoad(), _bench.Action("break", () => throw new InvalidOperationException("no route"))]);

        Assert.Equal(["break", "mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal(TimeSpan.Zero, result.Duration);
    }
}
