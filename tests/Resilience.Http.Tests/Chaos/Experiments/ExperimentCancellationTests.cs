using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>A run that is cancelled, or whose runner is disposed, still rolls back.</summary>
public sealed class ExperimentCancellationTests : IDisposable
{
    private readonly ExperimentFixture _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_run_that_is_cancelled_in_the_method_is_rolled_back_and_reported_as_such()
    {
        using var cancel = new CancellationTokenSource();

        var result = await _bench.RunAsync(
            [
                _bench.Undoable("break"),
                _bench.Action("cancel", cancel.Cancel),
                ChaosAction.Pause(TimeSpan.FromHours(1)),
                _bench.Action("never")
            ],
            cancel.Token);

        Assert.Equal(["break", "cancel", "mend", "undo break"], _bench.Done);
        Assert.Equal(ChaosOutcome.Interrupted, result.Outcome);
        Assert.Equal(4, result.ExitCode);
        Assert.Equal(TimeSpan.Zero, result.Duration);
    }

    [Fact]
    public async Task A_run_cancelled_during_its_last_background_step_was_interrupted_not_aborted()
    {
        using var cancel = new CancellationTokenSource();

        var result = await _bench.RunAsync(
            [_bench.EndlessLoad(), _bench.Action("cancel soon", () => _bench.CancelLater(cancel))], cancel.Token);

        Assert.Equal(ChaosOutcome.Interrupted, result.Outcome);
        Assert.Equal("mend", _bench.Done[^1]);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_in_the_check_after_the_method_is_rolled_back()
    {
        using var cancel = new CancellationTokenSource();
        var looks = 0;

        var check = new ChaosProbe("check", async token =>
        {
            if (++looks == 2)
            {
                await cancel.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, _bench.Clock, token);
            }

            return true;
        })
        { Tolerance = ChaosTolerance.Equal(true) };

        var result = await _bench.RunAsync([check], [_bench.Action("break")], cancel.Token);

        Assert.Equal(["break", "mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Interrupted, result.Outcome);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_before_the_method_has_nothing_to_roll_back()
    {
        using var cancel = new CancellationTokenSource();

        var check = _bench.Probe("check", () =>
        {
            cancel.Cancel();
            return true;
        });

        var result = await _bench.RunAsync([check, _bench.Probe("never")], [_bench.Action("break")], cancel.Token);

        Assert.Equal(["check"], _bench.Done);
        Assert.Equal(ChaosOutcome.Interrupted, result.Outcome);
    }

    [Fact]
    public async Task A_step_that_does_not_listen_to_cancellation_does_not_hold_up_the_rollbacks()
    {
        using var cancel = new CancellationTokenSource();
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var result = await _bench.RunAsync(
            [_bench.Action("cancel soon", () => _bench.CancelLater(cancel)), new ChaosAction("deaf", async _ => await never.Task)],
            cancel.Token);

        Assert.Equal(["cancel soon", "mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Interrupted, result.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(1), result.Duration);
    }

    [Fact]
    public async Task A_run_whose_runner_is_disposed_still_ends_with_rollbacks_and_a_result()
    {
        using var server = new ScriptedServer(static script => script.Always(204), _bench.Clock);
        using var runner = new ChaosExperimentRunner(_bench.Clock, server);

        var result = await runner.RunAsync(
            new ChaosExperiment
            {
                Title = "title",
                Method = [_bench.Action("the host stops", runner.Dispose)],
                Rollbacks = [
                    ChaosAction.Http("mend", new ChaosHttpRequest(new Uri("http://hooks.test/mend")) { Method = HttpMethod.Post })
                ],
            },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ChaosOutcome.Held, result.Outcome);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_run_that_waits_for_its_turn_when_the_runner_is_disposed_of_never_begins()
    {
        using var runner = new ChaosExperimentRunner(_bench.Clock);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = runner.RunAsync(
            new ChaosExperiment { Title = "first", Method = [new ChaosAction("break", async _ => await goOn.Task)] },
            cancellationToken: TestContext.Current.CancellationToken);
        var second = runner.RunAsync(
            new ChaosExperiment { Title = "second", Method = [_bench.Action("never")] },
            cancellationToken: TestContext.Current.CancellationToken);

        runner.Dispose();
        goOn.SetResult();

        Assert.Equal(ChaosOutcome.Held, (await first).Outcome);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => second);
        Assert.Empty(_bench.Done);
    }
}
