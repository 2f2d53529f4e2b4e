using Resilience.Http.Chaos.Experiments.Http;
using Resilience.Http.Chaos.Experiments.Running;
using Resilience.Http.Chaos.Experiments.Steps;

namespace Resilience.Http;

/// <summary>
/// Runs experiments: checks the steady state (if it is not met, nothing is injected), runs the method, checks the steady state again, and
/// rolls back in every case. A runner runs one experiment at a time.
/// </summary>
public sealed class ChaosExperimentRunner : IDisposable
{
    private readonly ExperimentServices _tools;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1); // never disposed of: it holds nothing, and a run may still have to give it back
    private volatile bool _disposed;

    /// <summary>
    /// Creates a runner outside an app, for experiments of delegates and HTTP requests. Inside an app, <c>AddChaosExperiments()</c>
    /// registers a runner that also knows the app's clients, their faults and their circuits.
    /// </summary>
    /// <param name="clock">The clock of pauses, time limits and durations; <see langword="null"/> for the system's.</param>
    /// <param name="httpHandler">The handler for the experiment's own requests; <see langword="null"/> for real sockets.</param>
    public ChaosExperimentRunner(TimeProvider? clock = null, HttpMessageHandler? httpHandler = null)
        : this(new ExperimentServices(clock ?? TimeProvider.System, new ExperimentHttp(clock ?? TimeProvider.System, httpHandler)))
    {
    }

    internal ChaosExperimentRunner(ExperimentServices tools) => _tools = tools;

    /// <summary>Runs an experiment. Failure and cancellation are results, not exceptions, so that there is always a journal.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="progress">Receives a line for each step while it runs.</param>
    /// <param name="cancellationToken">Ends the run early, after the rollbacks.</param>
    /// <exception cref="OperationCanceledException">The token was canceled while another run of this runner was active; this one never
    /// started.</exception>
    /// <exception cref="ObjectDisposedException">The runner was disposed before the run started.</exception>
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
    /// Closes the sockets of the experiments' own requests. An active run ends first, with all of its rollbacks; runs that wait
    /// for their turn never start.
    /// </summary>
    public void Dispose()
    {
        _disposed = true;
        DisposeToolsIfOver();
    }

    /// <summary>Called by the run and by the disposal; the later of the two finds the other done.</summary>
    private void DisposeToolsIfOver()
    {
        if (_disposed && _oneAtATime.Wait(0))
        {
            _tools.Dispose();
            _oneAtATime.Release();
        }
    }
}
