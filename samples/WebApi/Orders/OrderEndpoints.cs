using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using WebApi.Clients;

namespace WebApi.Orders;

/// <summary>Shows and places orders.</summary>
internal static class OrderEndpoints
{
    private const decimal Price = 4.50m;

    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/orders").WithTags("Orders")
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);

        orders.MapGet("/{id}", FindAsync)
            .WithSummary("An order, with the stock of its article and recommendations. Order 1 exists from the start.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        orders.MapPost("/", PlaceAsync)
            .WithSummary("Places an order and charges it exactly once, however often the charge is sent. 202: payments is out of reach, " +
                "the charge is queued.")
            .ProducesValidationProblem();
    }

    private static async Task<Results<Ok<OrderView>, ProblemHttpResult>> FindAsync(
        int id, OrderStore orders, InventoryClient inventory, RecommendationsClient recommendations, CancellationToken cancellationToken)
    {
        if (orders.Find(id) is not { } order)
        {
            return TypedResults.Problem($"There is no order {id}. Place one with POST /orders.", statusCode: StatusCodes.Status404NotFound);
        }

        var stock = inventory.GetStockAsync(order.Sku, cancellationToken);
        var goesWith = recommendations.GetForAsync(order.Sku, cancellationToken);
        await Task.WhenAll(stock, goesWith);
        return TypedResults.Ok(new OrderView(order, (await stock).Available, await goesWith));
    }

    private static async Task<Results<Created<Order>, Accepted<Order>>> PlaceAsync(
        NewOrder wanted, OrderStore orders, PaymentsClient payments, CancellationToken cancellationToken)
    {
        var amount = wanted.Quantity * Price;
        var key = $"order-{Guid.CreateVersion7():N}";
        var order = orders.Add(wanted.Sku, wanted.Quantity, amount, key);
        try
        {
            var charge = await payments.ChargeAsync(amount, key, cancellationToken);
            return charge.Id is { } chargeId
                ? TypedResults.Created($"/orders/{order.Id}", orders.MarkCharged(key, chargeId))
                : TypedResults.Accepted($"/orders/{order.Id}", order);
        }
        catch
        {
            orders.Remove(key);
            throw;
        }
    }
}

/// <summary>The body of <c>POST /orders</c>.</summary>
// Public, since validation sees public types only.
public sealed record NewOrder([property: Length(1, 40)] string Sku, [property: Range(1, 100)] int Quantity = 1);

internal sealed record OrderView(Order Order, int InStock, IReadOnlyList<string> GoesWith);
