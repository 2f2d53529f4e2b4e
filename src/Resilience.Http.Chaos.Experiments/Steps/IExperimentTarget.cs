using Resilience.Http.Chaos.Experiments.Traffic;

namespace Resilience.Http.Chaos.Experiments.Steps;

/// <summary>The app in which an experiment runs, as its steps see it.</summary>
internal interface IExperimentTarget
{
    TrafficWatch Watch(string client);

    /// <summary>The state of a circuit as text.</summary>
    /// <exception cref="InvalidOperationException">No such circuit exists.</exception>
    string CircuitState(string client, string? authority);

    /// <summary>The faults that configuration and code inject now, in words.</summary>
    IReadOnlyList<string> ConfiguredFaults();

    /// <exception cref="InvalidOperationException">A gate is closed: nothing would be injected. The message says which.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; no faults appear after that.</exception>
    /// <returns>Whether they are injected; false in a dry run.</returns>
    bool SetFaults(string client, HttpChaosClientOptions options, CancellationToken cancellationToken);

    /// <summary>Takes back what <see cref="SetFaults"/> did.</summary>
    /// <returns>The number of affected calls; <see langword="null"/> if there was nothing to clear.</returns>
    long? ClearFaults(string client);

    /// <summary>The clients on which <see cref="SetFaults"/> has put faults that are still there.</summary>
    IReadOnlyList<string> ClientsWithFaults();

    /// <summary>
    /// Why the faults of <see cref="SetFaults"/> are no longer injected; <see langword="null"/> if they are, or if there are none.
    /// </summary>
    string? FaultsHeldBack();
}
