using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>Whatever an experiment began is undone, whatever fails on the way.</summary>
public sealed class ExperimentRollbackTests : IDisposable
{
    private readonly ExperimentFixture _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task An_action_that_fails_ends_the_method_and_completed_actions_are_rolled_back()
    {
        var result = await _bench.RunAsync(
            [_bench.Probe("check")],
            [
                _bench.Action("break 1"),
                _bench.Action("break 2", () => throw new InvalidOperationException("no route")),
                _bench.Action("break 3")
            ]);

        Assert.Equal(["check", "break 1", "break 2", "mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Null(result.After);
        Assert.Contains("The action 'break 2' failed, so the hypothesis was not tested: no route", result.Errors);
    }

    [Fact]
    public async Task Every_started_action_is_undone_in_reverse_order_even_one_that_failed_midway()
    {
        var result = await _bench.RunAsync(
        [
            _bench.Undoable("one"),
            _bench.Undoable("two", () => throw new InvalidOperationException("half way")),
            _bench.Undoable("three"),
        ]);

        Assert.Equal(["one", "two", "mend", "undo two", "undo one"], _bench.Done);
        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
    }

    [Fact]
    public async Task A_rollback_that_fails_stops_no_other_and_determines_the_outcome()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            Method = [_bench.Undoable("break")],
            Rollbacks = [_bench.Action("mend 1", () => throw new InvalidOperationException("locked")), _bench.Action("mend 2")],
        });

        Assert.Equal(["break", "mend 1", "mend 2", "undo break"], _bench.Done);
        Assert.Equal(ChaosOutcome.RollbackFailed, result.Outcome);
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("The rollback 'mend 1' failed; restore this manually: locked", result.Errors);
    }

    [Fact]
    public async Task A_rollback_that_never_ends_is_abandoned_after_its_limit()
    {
        var never = new TaskCompletionSource();

        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            Method = [_bench.Action("break")],
            Rollbacks = [new ChaosAction("deaf", async _ => await never.Task), _bench.Action("mend")],
            RollbackTimeout = TimeSpan.FromSeconds(20),
        });

        Assert.Equal(["break", "mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.RollbackFailed, result.Outcome);
        Assert.Contains("The rollback 'deaf' failed; restore this manually: not done within 20 s", result.Errors);
        Assert.Equal(TimeSpan.FromSeconds(20), result.Duration);
    }

    [Fact]
    public async Task A_rollback_that_blocks_its_thread_is_abandoned_after_its_limit_too()
    {
        var clock = new VirtualTimeProvider();
        using var runner = new ChaosExperimentRunner(clock);
        using var gate = new ManualResetEventSlim();
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var deaf = new ChaosAction("deaf", _ =>
        {
            began.SetResult();
            gate.Wait(TimeSpan.FromSeconds(10), CancellationToken.None); // the bound is for a runner that waits for it
            return ValueTask.CompletedTask;
        });
        var experiment = new ChaosExperiment { Title = "title", Rollbacks = [deaf], RollbackTimeout = TimeSpan.FromSeconds(20) };

        var run = Task.Run(() => runner.RunAsync(experiment), TestContext.Current.CancellationToken);
        await began.Task;
        clock.Advance(TimeSpan.FromSeconds(20));
        var result = await run;
        gate.Set();

        Assert.Equal(ChaosOutcome.RollbackFailed, result.Outcome);
        Assert.Contains("not done within 20 s", result.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_longer_than_any_timer_supports_means_no_limit()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "title",
            Method = [_bench.Undoable("break")],
            Rollbacks = [_bench.Action("mend")],
            RollbackTimeout = TimeSpan.MaxValue,
        });

        Assert.Equal(["break", "mend", "undo break"], _bench.Done);
        Assert.Equal(ChaosOutcome.Held, result.Outcome);
    }

    [Fact]
    public async Task A_progress_listener_that_throws_does_not_leave_the_system_broken()
    {
        using var runner = new ChaosExperimentRunner(_bench.Clock);

        var result = await runner.RunAsync(
            new ChaosExperiment { Title = "title", Method = [_bench.Action("break")], Rollbacks = [_bench.Action("mend")] },
            new Thrower(),
            TestContext.Current.CancellationToken);

        Assert.Equal(["break", "mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Held, result.Outcome);
        Assert.Contains(result.Notes, note => note.Contains("console is gone", StringComparison.Ordinal));
    }

    private sealed class Thrower : IProgress<ChaosProgress>
    {
        public void Report(ChaosProgress value) => throw new InvalidOperationException("the console is gone");
    }
}
