using Microsoft.Extensions.Diagnostics.HealthChecks;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// Reports which services cannot be reached. An open circuit makes the app Degraded and no worse: taking every replica of an app out of
/// service because another service is down turns one outage into two. Only a service named critical makes it Unhealthy, unless its calls
/// go through all the same. A half-open circuit is no better than an open one until a trial has succeeded, or else the app would turn
/// Healthy after each break of a long outage. If there was no call since the break ended, nothing is known to be wrong.
/// </summary>
internal sealed class CircuitHealthCheck(ICircuitRegistry circuits, IReadOnlySet<string> critical, TimeProvider clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = HealthStatus.Healthy;
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        var refusing = new List<string>();
        foreach (var circuit in circuits.GetAll().Where(static circuit => circuit.State != CircuitState.Closed))
        {
            var text = Text(circuit);
            data[$"{ServiceText.Format(circuit.ServiceName)} {circuit.Authority}"] = text;
            if (circuit.State is CircuitState.Open or CircuitState.Isolated || circuit.OutageGoesOn)
            {
                refusing.Add(text);
                status = Worse(
                    status,
                    critical.Contains(circuit.ServiceName) && circuit.Mode == HttpCircuitBreakerMode.Enforce
                        ? HealthStatus.Unhealthy
                        : HealthStatus.Degraded);
            }
        }

        var description = refusing.Count == 0 ? "No circuit is open." : string.Join(" ", refusing);
        return Task.FromResult(new HealthCheckResult(status, description, exception: null, data));
    }

    /// <summary>HealthStatus counts from Unhealthy (0) up to Healthy (2).</summary>
    private static HealthStatus Worse(HealthStatus one, HealthStatus other) => one < other ? one : other;

    private string Text(CircuitSnapshot circuit)
    {
        var effect = circuit.Mode == HttpCircuitBreakerMode.Observe ? $", but {RefusalText.OnlyObserved}" : "";
        var wait = circuit.RetryAfter is { } after ? $"; {RefusalText.WayOut(circuit.State, after)}" : "";
        var subject = ServiceText.Format(circuit.ServiceName, circuit.Authority);
        return $"{subject} has been {circuit.State.Text()} since {RefusalText.Since(circuit.Since, clock)}{effect}: " +
            $"{circuit.Reason?.TrimEnd('.', ' ')}{wait}.";
    }
}
