namespace Resilience.Http.Chaos.Injection;

/// <summary>Sets and clears faults while the app runs: all that an experiment sees of fault injection.</summary>
internal interface IFaultControl
{
    /// <summary>The faults that configuration and code inject now, in words; none in a dry run or behind a closed gate.</summary>
    IReadOnlyList<string> ConfiguredFaults();

    /// <summary>Puts faults on a client in place of those that configuration gives it.</summary>
    /// <returns>Whether the faults are injected; <see langword="false"/> in a dry run.</returns>
    /// <exception cref="InvalidOperationException">A gate is closed, so nothing would be injected. The message says which.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled. No faults appear after that.</exception>
    bool SetFaults(string client, HttpChaosClientOptions faults, CancellationToken cancellationToken);

    /// <summary>Removes what <see cref="SetFaults"/> put there.</summary>
    /// <returns>The number of calls that met a fault; <see langword="null"/> if there was nothing to remove.</returns>
    long? ClearFaults(string client);

    /// <summary>The clients that have faults of <see cref="SetFaults"/>.</summary>
    IReadOnlyList<string> ClientsWithFaults();

    /// <summary>
    /// Why the faults of <see cref="SetFaults"/> are no longer injected; <see langword="null"/> if they are, or if there are none.
    /// </summary>
    string? FaultsHeldBack();
}
