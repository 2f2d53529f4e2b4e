namespace Resilience.Http.Fleet.Running;

/// <summary>A wait that can be cut short.</summary>
internal sealed class Signal
{
    private volatile TaskCompletionSource _raised = New();

    public void Raise() => _raised.TrySetResult();

    /// <summary>Waits for so long, or until the signal was raised; what was raised before counts too.</summary>
    public async Task WaitAsync(TimeSpan wait, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_raised.Task, Task.Delay(wait, clock, rest.Token)).ConfigureAwait(false);
        if (_raised.Task.IsCompleted)
        {
            _raised = New();
        }

        rest.Cancel(); // the delay alone waits for it
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
