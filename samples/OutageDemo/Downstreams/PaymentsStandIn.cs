using System.Collections.Concurrent;

namespace OutageDemo.Downstreams;

/// <summary>Charges money, once per idempotency key: a repeated request gets the charge that the first one made.</summary>
internal sealed class PaymentsStandIn
{
    private readonly ConcurrentDictionary<string, Charge> _charges = new();

    /// <summary>How many charges were made.</summary>
    public int Charges => _charges.Count;

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/charges", (ChargeRequest request, HttpContext context) =>
    {
        if (context.Request.Headers["Idempotency-Key"].ToString() is not { Length: > 0 } key)
        {
            return Results.Problem("A charge needs an Idempotency-Key.", statusCode: StatusCodes.Status400BadRequest);
        }

        return Results.Ok(
            _charges.GetOrAdd(key, static (_, amount) => new Charge($"ch-{Guid.CreateVersion7():N}", amount), request.Amount));
    });

    private sealed record ChargeRequest(decimal Amount);

    private sealed record Charge(string Id, decimal Amount);
}
