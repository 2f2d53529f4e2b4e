using Microsoft.AspNetCore.Http.HttpResults;

namespace OutageDemo.Downstreams;

/// <summary>Lists the stand-in services and switches their faults.</summary>
internal static class DownstreamEndpoints
{
    public static void MapDownstreams(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/downstreams").WithTags("Downstreams");

        group.MapGet("/", (DownstreamServices services) => services.All.Select(DownstreamView.Of))
            .WithSummary("The services that the API calls: their address, their fault and what reached them.");

        group.MapPost("/{service}/fault", SwitchAsync)
            .WithSummary($"Switches the fault of a service: {FaultRequest.Names}.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesValidationProblem();
    }

    private static async Task<Results<Ok<DownstreamView>, ProblemHttpResult>> SwitchAsync(
        string service, FaultRequest request, DownstreamServices services)
    {
        if (services.Find(service) is not { } downstream)
        {
            var known = string.Join(", ", services.All.Select(each => each.Name));
            return TypedResults.Problem(
                $"Unknown service '{service}'. Known services: {known}.", statusCode: StatusCodes.Status404NotFound);
        }

        if (request.ToSetting() is not { } setting)
        {
            return TypedResults.Problem(
                $"Unknown fault '{request.Fault}'. Known faults: {FaultRequest.Names}.", statusCode: StatusCodes.Status400BadRequest);
        }

        await downstream.SwitchAsync(setting);
        return TypedResults.Ok(DownstreamView.Of(downstream));
    }
}

internal sealed record DownstreamView(string Service, Uri Address, string Fault, int Requests, int DistinctKeys, int Repeats)
{
    public static DownstreamView Of(DownstreamService service)
    {
        var counts = service.Arrivals.Read();
        return new(service.Name, service.Address, service.Fault.ToString(), counts.Requests, counts.Keys, counts.Repeats);
    }
}
