using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Resilience.Http;

namespace WebApi.Endpoints;

/// <summary>The circuits of the API's clients: to look at, to hold open by hand, to reset.</summary>
internal static class CircuitEndpoints
{
    public static void MapCircuits(this IEndpointRouteBuilder app)
    {
        var circuits = app.MapGroup("/resilience/circuits").WithTags("Circuits");

        circuits.MapGet("/", (ICircuitRegistry registry) => registry.GetAll())
            .WithSummary("All circuits, with their state, its reason and what their windows hold.");

        circuits.MapPost("/{service}/isolate", Isolate)
            .WithSummary("Holds the circuit of a service open: its calls are refused at once, until it is reset or the duration ends.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesValidationProblem();

        circuits.MapPost("/{service}/reset", Reset)
            .WithSummary("Closes the circuit of a service, whatever its state, and forgets what its window holds.")
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
            $"There is no circuit of '{service}'. There are circuits of: {(known.Length > 0 ? known : "none")}.",
            statusCode: StatusCodes.Status404NotFound);
    }
}

/// <summary>The body of <c>POST /resilience/circuits/{service}/isolate</c>.</summary>
// Public, since validation sees public types only.
public sealed record Isolation(
    [property: Required(ErrorMessage = "Say why, in words: whoever is refused reads it."), Length(1, 200)] string Reason,
    [property: Range(1, 86_400)] int? DurationSeconds = null);
