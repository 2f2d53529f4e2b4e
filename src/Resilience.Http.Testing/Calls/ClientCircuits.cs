using System.Globalization;
using Resilience.Http.CircuitBreaker;

namespace Resilience.Http.Testing.Calls;

/// <summary>The circuits of the client that talks to a scripted server; <paramref name="serviceName"/> is <see langword="null"/> where the registry holds no others.</summary>
internal sealed class ClientCircuits(ICircuitRegistry registry, string? serviceName)
{
    public IReadOnlyList<CircuitSnapshot> All => [.. registry.GetAll().Where(circuit => serviceName is null || circuit.ServiceName == serviceName)];

    /// <summary>The circuit that a call to <paramref name="uri"/> goes through; <see langword="null"/> where there is none.</summary>
    public CircuitSnapshot? Of(Uri? uri)
    {
        if (uri is not { IsAbsoluteUri: true })
        {
            return null;
        }

        var authority = Authority.Of(uri);
        return All.FirstOrDefault(circuit => circuit.Authority == authority || circuit.Authority == Authority.Whole);
    }

    /// <summary>A circuit in one line.</summary>
    public static string Text(CircuitSnapshot circuit)
    {
        var failures = circuit.ConsecutiveFailures > 0 ? $", {circuit.ConsecutiveFailures} failure(s) in a row" : "";
        var reason = circuit.Reason is { } text ? $": {text}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"circuit {circuit.ServiceName} ({circuit.Authority}) {circuit.State.Text()} since {circuit.Since:HH:mm:ss}{failures}{reason}");
    }
}
