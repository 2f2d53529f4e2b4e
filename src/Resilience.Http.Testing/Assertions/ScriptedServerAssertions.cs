using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Requests;
using Resilience.Http.Testing.Recording;

namespace Resilience.Http.Testing;

/// <summary>Assertions on the state of a client, for any test framework. A failure shows the timelines of the calls so far.</summary>
public static class ScriptedServerAssertions
{
    /// <summary>How many calls a message shows: the last ones, since they made the state.</summary>
    private const int MostShown = 20;

    /// <summary>Asserts the current state of the circuit of the client that calls this server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="expected">The state.</param>
    /// <param name="authority">
    /// The scheme, host and port, such as <c>https://payments.internal</c>. It can be <see langword="null"/> if the client has only one
    /// circuit.
    /// </param>
    /// <returns>The server.</returns>
    /// <exception cref="ResilienceAssertionException">
    /// The circuit is in another state, or there is no such circuit, or more than one.
    /// </exception>
    public static ScriptedServer ShouldHaveCircuit(this ScriptedServer server, CircuitState expected, string? authority = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        var circuits = server.Circuits;
        var wanted = authority is not null && Authority.TryParse(authority, out var canonical) ? canonical : authority;
        var meant = wanted is null ? circuits : [.. circuits.Where(circuit => circuit.Authority == wanted)];
        if (meant is [var only] && only.State == expected)
        {
            return server;
        }

        var which = authority is null ? "" : $" of {authority}";
        var actual = circuits.Count == 0
            ? "none"
            : string.Concat(circuits.Select(static circuit => $"{Environment.NewLine}  {ClientCircuits.Text(circuit)}"));
        var calls = string.Concat(server.Calls.TakeLast(MostShown).Select(static call => $"{Environment.NewLine}{call}"));
        throw new ResilienceAssertionException(
            $"The client of {server.Name} should have one circuit{which} in state {expected.Text()}. Actual: {actual}{calls}");
    }
}
