using WebApi.Downstreams;

namespace WebApi.Startup;

/// <summary>What a person who has just started the sample needs to know.</summary>
internal static class Banner
{
    public static string Text(WebApplication app)
    {
        var api = app.Urls.First();
        var services = app.Services.GetRequiredService<DownstreamServices>().All.Select(service => $"  {service.Address}  {service.Name}");
        return $$"""
            The order API:    {{api}}   ({{api}}/openapi/v1.json describes it)
            Behind it, with faults to switch:
            {{string.Join(Environment.NewLine, services)}}

            Try, in another terminal:

              curl {{api}}/orders --json '{"sku":"tea","quantity":2}'
              curl {{api}}/downstreams/payments/fault --json '{"fault":"down"}'
              curl {{api}}/resilience/circuits

            The first places an order, the second takes payments down. Place some more orders: they are queued, the circuit of
            payments opens, and the third shows it. With {"fault":"ok"} payments is well again, and the queued orders are charged.
            All of it in 20 seconds: dotnet run --project samples/WebApi -- --demo

            """;
    }
}
