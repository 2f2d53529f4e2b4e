using OutageDemo.Downstreams;

namespace OutageDemo;

/// <summary>What to try after the start.</summary>
internal static class Banner
{
    public static string Text(WebApplication app)
    {
        var api = app.Urls.First();
        var services = app.Services.GetRequiredService<DownstreamServices>().All.Select(service => $"  {service.Address}  {service.Name}");
        return $$"""
            The order API:    {{api}}   ({{api}}/openapi/v1.json describes it)
            Its dashboard:    {{api}}/resilience   (in Development)
            It calls, with faults to switch:
            {{string.Join(Environment.NewLine, services)}}

            Try, in another terminal:

              curl {{api}}/orders --json '{"sku":"tea","quantity":2}'
              curl {{api}}/downstreams/payments/fault --json '{"fault":"down"}'
              curl {{api}}/resilience/circuits

            The first places an order, the second takes payments down. Place more orders: they are queued, and the circuit of payments
            opens, as the third shows. With {"fault":"ok"} payments is healthy again, and the queued orders are charged.
            To see all of it in 25 seconds: dotnet run --project samples/WebApi -- --demo

            """;
    }
}
