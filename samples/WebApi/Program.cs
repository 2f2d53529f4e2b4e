using WebApi.Clients;
using WebApi.Downstreams;
using WebApi.Endpoints;
using WebApi.Startup;

try
{
    var builder = WebApplication.CreateBuilder(args);
    Ports.Apply(builder.Configuration);

    // The services that the API depends on, with faults to switch: a second Kestrel on loopback.
    await using var downstreams = await DownstreamServices.StartAsync(builder.Configuration);
    builder.Services.AddSingleton(downstreams);

    builder.Services.AddHttpClient<InventoryClient>("inventory", http => http.BaseAddress = downstreams.Find("inventory")!.Address);
    builder.Services.AddHttpClient<PaymentsClient>("payments", http => http.BaseAddress = downstreams.Find("payments")!.Address);
    builder.Services.AddHttpClient<RecommendationsClient>("recommendations", http => http.BaseAddress = downstreams.Find("recommendations")!.Address);

    builder.Services.AddSingleton<OrderStore>();
    builder.Services.AddApiConventions();

    await using var app = builder.Build();
    app.UseApiConventions();
    app.MapOrders();
    app.MapDownstreams();
    app.MapGet("/", () => Banner.Text(app)).ExcludeFromDescription();

    await app.StartAsync();
    Console.WriteLine(Banner.Text(app));
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (StartFailure.Explain(e) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return 1;
}
