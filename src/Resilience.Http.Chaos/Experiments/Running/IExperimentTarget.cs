using Resilience.Http.Chaos.Experiments.Traffic;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>The app in which an experiment runs, as its steps see it.</summary>
internal interface IExperimentTarget
{
    TrafficWatch Watch(string client);

    /// <summary>The state of a circuit as text.</summary>
    /// <exception cref="InvalidOperationException">There is no such circuit.</exception>
    string CircuitState(string client, string? authority);

    /// <exception cref="InvalidOperationException">A gate is closed: nothing would be injected. The message says which.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; no faults appear after that.</exception>
    /// <returns>Whether they are injected; false in a dry run.</returns>
    bool SetFaults(string client, HttpChaosClientOptions faults, CancellationToken cancellationToken);

    /// <summary>Takes back what <see cref="SetFaults"/> did.</summary>
    /// <returns>How many calls it struck; <see langword="null"/> where there was nothing to take back.</returns>
    long? ClearFaults(string client);

    /// <summary>The clients on which <see cref="SetFaults"/> has put faults that are still there.</summary>
    IReadOnlyList<string> ClientsWithFaults();

    /// <summary>Why the faults that <see cref="SetFaults"/> has put there are not injected any more; <see langword="null"/> where they are, or there are none.</summary>
    string? FaultsHeldBack();
}
