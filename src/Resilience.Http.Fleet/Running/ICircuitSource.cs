using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Fleet.Running;

/// <summary>The circuits of this replica that are shared.</summary>
internal interface ICircuitSource
{
    /// <summary>The services whose clients share their circuits.</summary>
    IReadOnlyList<string> Services { get; }

    /// <summary>Their circuits, with the settings in force.</summary>
    IEnumerable<(Circuit Circuit, HttpFleetOptions Options)> Circuits { get; }
}
