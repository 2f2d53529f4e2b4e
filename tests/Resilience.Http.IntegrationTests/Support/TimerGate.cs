namespace Resilience.Http.IntegrationTests.Support;

/// <summary>A clock whose next timer waits until the test lets it fire.</summary>
internal sealed class TimerGate : TimeProvider
{
    private readonly TaskCompletionSource<(TimeSpan DueTime, Action Fire)> _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when somebody waits on this clock.</summary>
    public Task<(TimeSpan DueTime, Action Fire)> Armed => _armed.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _armed.TrySetResult((dueTime, () => callback(state)));
        return new Held();
    }

    private sealed class Held : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
