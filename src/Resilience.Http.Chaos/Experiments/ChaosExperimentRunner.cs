using Resilience.Http.Chaos.Experiments.Running;

namespace Resilience.Http;

/// <summary>
/// Runs experiments: checks the steady state (not met: nothing is injected), plays the method, checks the steady state again, and puts
/// everything back, whatever happened. One at a time per runner.
/// </summary>
public sealed class ChaosExperimentRunner : IDisposable
{
    private readonly ExperimentServices _tools;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1); // never disposed of: it holds nothing, and a run may still have to give it back
    private volatile bool _disposed;

    /// <summary>
    /// Makes a runner outside of an app, for experiments of delegates and HTTP requests. Inside one, <c>AddChaosExperiments()</c>
    /// registers a runner that also knows the app's clients, their faults and their circuits.
    /// </summary>
    /// <param name="clock">The clock of pauses, time limits and durations; <see langword="null"/> for the system's.</param>
    /// <param name="httpHandler">What sends the experiment's own requests; <see langword="null"/> for real sockets.</param>
    public ChaosExperimentRunner(TimeProvider? clock = null, HttpMessageHandler? httpHandler = null)
        : this(new ExperimentServices(clock ?? TimeProvider.System, new ExperimentHttp(clock ?? TimeProvider.System, httpHandler)))
    {
    }

    internal ChaosExperimentRunner(ExperimentServices tools) => _tools = tools;

    /// <summary>Runs an experiment and tells what it came to. Failure and cancellation are results, not exceptions: there is always a journal.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="progress">Gets a line for everything that is done, when it is done.</param>
    /// <param name="cancellationToken">Ends the run early; what was injected is taken back first.</param>
    /// <exception cref="OperationCanceledException">Cancelled while another run of this runner was still under way: this one never began.</exception>
    /// <exception cref="ObjectDisposedException">The runner was disposed of before the run began.</exception>
    public async Task<ChaosExperimentResult> RunAsync(
        ChaosExperiment experiment,
        IProgress<ChaosProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return await new ExperimentRun(experiment, _tools, progress).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
            DisposeToolsIfOver();
        }
    }

    /// <summary>
    /// Gives back the sockets of the experiments' own requests. A run that is under way ends first, with all of its rollbacks; those that wait
    /// for their turn never begin.
    /// </summary>
    public void Dispose()
    {
        _disposed = true;
        DisposeToolsIfOver();
    }

    /// <summary>Whoever comes last, the run or the disposal, finds the other done.</summary>
    private void DisposeToolsIfOver()
    {
        if (_disposed && _oneAtATime.Wait(0))
        {
            _tools.Dispose();
            _oneAtATime.Release();
        }
    }
}
