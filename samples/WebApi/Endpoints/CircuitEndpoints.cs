using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Resilience.Http;

namespace WebApi.Endpoints;

/// <summary>Lists, isolates and resets the circuits of the API's clients.</summary>
internal static class CircuitEndpoints
{
    public static void MapCircuits(this IEndpointRouteBuilder app)
    {
        var circuits = app.MapGroup("/resilience/circuits").WithTags("Circuits");

        circuits.MapGet("/", (ICircuitRegistry registry) => registry.GetAll())
            .WithSummary("All circuits, with their state, its reason and the results in their sampling window.");

        circuits.MapPost("/{service}/isolate", Isolate)
            .WithSummary("Isolates a service: its calls are refused until the circuit is reset or the duration ends.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesValidationProblem();

        circuits.MapPost("/{service}/reset", Reset)
            .WithSummary("Closes the circuit of a service, whatever its state, and clears its sampling window.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Results<Ok<CircuitSnapshot>, ProblemHttpResult> Isolate(string service, Isolation isolation, ICircuitRegistry registry)
    {
        if (registry.Find(service) is null)
        {
            return NoCircuit(service, registry);
        }

        registry.Isolate(service, isolation.Reason, isolation.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        return TypedResults.Ok(registry.Find(service));
    }

    private static Results<Ok<CircuitSnapshot>, ProblemHttpResult> Reset(string service, ICircuitRegistry registry)
    {
        if (registry.Find(service) is null)
        {
            return NoCircuit(service, registry);
        }

        registry.Reset(service);
        return TypedResults.Ok(registry.Find(service));
    }

    private static ProblemHttpResult NoCircuit(string service, ICircuitRegistry registry)
    {
        var known = string.Join(", ", registry.GetAll().Select(circuit => circuit.ServiceName).Distinct());
        return TypedResults.Problem(
            $"'{service}' has no circuit. Services with a circuit: {(known.Length > 0 ? known : "none")}.",
            statusCode: StatusCodes.Status404NotFound);
    }
}

/// <summary>The body of <c>POST /resilience/circuits/{service}/isolate</c>.</summary>
// Public: validation sees only public types.
public sealed record Isolation(
    [property: Required(ErrorMessage = "Give a reason; callers that are refused read it."), Length(1, 200)] string Reason,
    [property: Range(1, 86_400)] int? DurationSeconds = null);
