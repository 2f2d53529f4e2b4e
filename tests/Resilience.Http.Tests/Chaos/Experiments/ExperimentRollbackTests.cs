using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chaos.Experiments;

public sealed class ExperimentRollbackTests : IDisposable
{
    private readonly ExperimentFixture _bench = new();

    [Fact]
    public async Task An_action_that_fails_ends_the_method_and_what_was_done_is_taken_back()
    {
        var result = await RunAsync(
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
    public async Task Every_action_that_began_is_undone_last_first_also_the_one_that_failed_half_way()
    {
        var result = await RunAsync(
        [
            _bench.Undoable("one"),
            _bench.Undoable("two", () => throw new InvalidOperationException("half way")),
            _bench.Undoable("three"),
        ]);

        Assert.Equal(["one", "two", "mend", "undo two", "undo one"], _bench.Done);
        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_in_the_method_is_rolled_back_and_says_so()
    {
        using var cancel = new CancellationTokenSource();

        var result = await RunAsync(
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

        var result = await RunAsync([EndlessLoad(), _bench.Action("cancel soon", () => _bench.CancelLater(cancel))], cancel.Token);

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

        var result = await RunAsync([check], [_bench.Action("break")], cancel.Token);

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

        var result = await RunAsync([check, _bench.Probe("never")], [_bench.Action("break")], cancel.Token);

        Assert.Equal(["check"], _bench.Done);
        Assert.Equal(ChaosOutcome.Interrupted, result.Outcome);
    }

    [Fact]
    public async Task A_step_that_does_not_listen_to_cancellation_does_not_hold_up_the_rollbacks()
    {
        using var cancel = new CancellationTokenSource();
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var result = await RunAsync(
            [_bench.Action("cancel soon", () => _bench.CancelLater(cancel)), new ChaosAction("deaf", async _ => await never.Task)],
            cancel.Token);

        Assert.Equal(["cancel soon", "mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Interrupted, result.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(1), result.Duration);
    }

    [Fact]
    public async Task A_rollback_that_fails_stops_none_of_the_others_and_goes_before_all_else()
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
    public async Task A_rollback_that_never_ends_is_given_up_after_its_limit()
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
    public async Task A_rollback_that_blocks_its_thread_is_given_up_after_its_limit_too()
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
    public async Task A_limit_longer_than_any_timer_takes_is_as_good_as_none()
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
    public async Task A_background_step_that_fails_ends_in_rollbacks_too()
    {
        var result = await RunAsync(
        [
            new ChaosAction("load", static ValueTask (_) => throw new InvalidOperationException("no load")) { Background = true },
            _bench.Action("break"),
        ]);

        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal("mend", _bench.Done[^1]);
    }

    [Fact]
    public async Task A_background_step_that_fails_ends_the_method_there_and_then()
    {
        var load = new ChaosAction("load", async token =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), _bench.Clock, token);
            throw new InvalidOperationException("no load");
        })
        { Background = true };

        var result = await RunAsync([load, EndlessLoad(), ChaosAction.Pause(TimeSpan.FromHours(1)), _bench.Action("break more")]);

        Assert.Equal(["mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal(["The action 'load' failed, so the hypothesis was not tested: no load"], result.Errors);
        Assert.Equal(TimeSpan.FromSeconds(5), result.Duration);
    }

    [Fact]
    public async Task A_background_step_that_fails_ends_the_time_that_the_faults_were_to_stay()
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
        var result = await RunAsync([EndlessLoad(), _bench.Action("break", () => throw new InvalidOperationException("no route"))]);

        Assert.Equal(["break", "mend"], _bench.Done);
        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Equal(TimeSpan.Zero, result.Duration);
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

    public void Dispose() => _bench.Dispose();

    private ChaosAction EndlessLoad() =>
        new("load", async token => await Task.Delay(TimeSpan.FromHours(1), _bench.Clock, token)) { Background = true };

    /// <summary>With "mend" for its only rollback.</summary>
    private Task<ChaosExperimentResult> RunAsync(
        ChaosProbe[] steadyState, ChaosAction[] method, CancellationToken cancellationToken = default) =>
        _bench.RunAsync(
            new ChaosExperiment { Title = "title", SteadyState = steadyState, Method = method, Rollbacks = [_bench.Action("mend")] },
            cancellationToken);

    private Task<ChaosExperimentResult> RunAsync(ChaosAction[] method, CancellationToken cancellationToken = default) =>
        RunAsync([], method, cancellationToken);

    private sealed class Thrower : IProgress<ChaosProgress>
    {
        public void Report(ChaosProgress value) => throw new InvalidOperationException("the console is gone");
    }
}
