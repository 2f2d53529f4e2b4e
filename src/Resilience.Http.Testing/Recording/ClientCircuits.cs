using System.Globalization;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Requests;

namespace Resilience.Http.Testing.Recording;

/// <summary>
/// The circuits of the client that talks to a scripted server; <paramref name="serviceName"/> is <see langword="null"/> if the registry
/// holds no others.
/// </summary>
internal sealed class ClientCircuits(ICircuitRegistry registry, string? serviceName)
{
    public IReadOnlyList<CircuitSnapshot> All =>
        [.. registry.GetAll().Where(circuit => serviceName is null || circuit.ServiceName == serviceName)];

    /// <summary>
    /// The circuit that a call has gone through; <see langword="null"/> if there is none. A refusal names it. Otherwise the address that
    /// reached the server is asked for first: a handler around the chain may have put it in the place of the caller's, whose circuit can be
    /// listed and unused.
    /// </summary>
    public CircuitSnapshot? Of(RecordedCall call, Exception? exception) =>
        Of((exception as CircuitOpenException)?.Authority)
            ?? Of(AuthorityOf(call.Attempts is [.., var last] ? last.Uri : null)) ?? Of(AuthorityOf(call.Uri));

    private CircuitSnapshot? Of(string? authority) => authority is null
        ? null
        : All.FirstOrDefault(circuit => circuit.Authority == authority || circuit.Authority == Authority.AnyAuthority);

    private static string? AuthorityOf(Uri? uri) => uri is { IsAbsoluteUri: true } ? Authority.From(uri) : null;

    /// <summary>A circuit in one line.</summary>
    public static string Text(CircuitSnapshot circuit)
    {
        var failures = circuit is { State: CircuitState.Closed, ConsecutiveFailures: > 0 }
            ? $", {circuit.ConsecutiveFailures} failure(s) in a row"
            : "";
        var reason = circuit.Reason is { } text ? $": {text}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"circuit {circuit.ServiceName} ({circuit.Authority}) {circuit.State.Text()} since {circuit.Since:HH:mm:ss}{failures}{reason}");
    }
}
