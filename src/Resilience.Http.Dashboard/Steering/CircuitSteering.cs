using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Dashboard.Steering;

/// <summary>Carries out an order, in this process or in all replicas, and writes it to the audit log.</summary>
internal sealed class CircuitSteering(ICircuitRegistry circuits, IFleetSteering? fleet, ILogger log)
{
    private const string AllReplicas = "all replicas";
    private const string ThisReplica = "this replica";

    /// <summary>An isolation that has all but ended: its circuits are half-open, and trial calls decide.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromTicks(1);

    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">The service or the authority is not known.</exception>
    /// <exception cref="InvalidOperationException">It cannot be done now.</exception>
    public Task<string> CarryOutAsync(SteeringOrder order, string user)
    {
        var authority = order.Authority ?? "all authorities";
        return order.Action switch
        {
            SteeringAction.Isolate => IsolateAsync(order, user, authority),
            SteeringAction.Release => Task.FromResult(Release(order, user, authority)),
            _ => ResetAsync(order, user, authority),
        };
    }

    private async Task<string> IsolateAsync(SteeringOrder order, string user, string authority)
    {
        if (order.AllReplicas)
        {
            await Fleet.IsolateAsync(order.Service, order.Reason, order.Duration, order.Authority, user, CancellationToken.None)
                .ConfigureAwait(false);
        }
        else
        {
            circuits.Isolate(order.Service, By(order.Reason, user), order.Duration, order.Authority);
        }

        log.Isolated(user, order.Service, authority, Place(order), order.Duration, order.Reason);
        return $"Isolated in {Place(order)}. {EffectOfIsolation(order)}";
    }

    private string EffectOfIsolation(SteeringOrder order) =>
        circuits.Find(order.Service, order.Authority) is { Mode: HttpCircuitBreakerMode.Observe }
            ? "Calls still go through (CircuitBreaker:Mode is Observe)."
            : "Calls are refused until the time is over.";

    private string Release(SteeringOrder order, string user, string authority)
    {
        if (circuits.Find(order.Service, order.Authority) is not { State: CircuitState.Isolated })
        {
            throw new InvalidOperationException("The circuit is not isolated, so there is nothing to release.");
        }

        circuits.Isolate(order.Service, By(order.Reason, user), AtOnce, order.Authority);
        log.Released(user, order.Service, authority, Place(order), order.Reason);
        return $"Released in {Place(order)}. The next calls are trials.";
    }

    private async Task<string> ResetAsync(SteeringOrder order, string user, string authority)
    {
        if (order.AllReplicas)
        {
            await Fleet.ResetAsync(order.Service, order.Authority, user, CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            circuits.Reset(order.Service, order.Authority);
        }

        log.Reset(user, order.Service, authority, Place(order), order.Reason);
        return $"Reset in {Place(order)}. The circuit is closed.";
    }

    /// <remarks>An order is not taken back if the browser goes away: it would be unknown whether it was carried out.</remarks>
    private IFleetSteering Fleet => fleet ?? throw new InvalidOperationException(
        "This app has no fleet, so an order acts on this replica only. To add one, see the package Resilience.Http.Fleet.");

    private static string Place(SteeringOrder order) => order.AllReplicas ? AllReplicas : ThisReplica;

    /// <summary>The page shows the reason, and with it who gave the order.</summary>
    private static string By(string reason, string user) => $"{reason.TrimEnd('.', ' ')} (by {user})";
}
