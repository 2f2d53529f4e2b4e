using OutageDemo;
using WebApi.Charging;
using WebApi.Clients;
using WebApi.Conventions;
using WebApi.Endpoints;
using WebApi.Observability;
using WebApi.Orders;

// OutageDemoHost starts the three services that the API calls, then the API itself, in this process. With --demo it plays an outage.
return await OutageDemoHost.RunAsync(args, AddServices, MapEndpoints);

static void AddServices(WebApplicationBuilder builder)
{
    // One statement per client. Retries, timeouts and the circuit breaker are configured in appsettings.json, under ResilientHttpClients.
    builder.Services.AddResilientHttpClient<InventoryClient>("inventory");
    builder.Services.AddResilientHttpClient<PaymentsClient>("payments").AddChargeQueue(builder.Configuration);
    builder.Services.AddResilientHttpClient<RecommendationsClient>("recommendations");

    builder.Services.AddSingleton<OrderStore>();
    builder.Services.AddApiConventions();
    builder.Services.AddTelemetry(builder.Configuration);
}

static void MapEndpoints(WebApplication app)
{
    app.UseApiConventions();
    app.MapOrders();
    app.MapReports();
    app.MapCircuits();
    app.MapOperations();
    app.MapResilienceDashboard("/resilience"); // open in Development; elsewhere 403 until a policy is added
}
