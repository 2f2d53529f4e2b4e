using WebApi.Charging;
using WebApi.Clients;
using WebApi.Demo;
using WebApi.Downstreams;
using WebApi.Endpoints;
using WebApi.Observability;
using WebApi.Startup;

try
{
    var commandLine = CommandLine.Read(args);
    if (commandLine.Help)
    {
        Console.WriteLine(CommandLine.Usage);
        return 0;
    }

    var builder = WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = commandLine.Settings,
        EnvironmentName = commandLine.Demo ? "Demo" : null, // appsettings.Demo.json has shorter times
    });
    Ports.Apply(builder.Configuration);

    // The services that the API depends on, with faults to switch: Kestrel on loopback, in this process.
    await using var downstreams = await DownstreamServices.StartAsync(builder.Configuration);
    builder.Services.AddSingleton(downstreams);

    // A client each: retries, deadlines and circuit breaker included, set up in appsettings.json under ResilientHttpClients.
    builder.Services.AddResilientHttpClient<InventoryClient>("inventory");
    builder.Services.AddResilientHttpClient<PaymentsClient>("payments").AddChargeQueue(builder.Configuration); // what payments cannot take now is charged later
    builder.Services.AddResilientHttpClient<RecommendationsClient>("recommendations");

    builder.Services.AddSingleton<OrderStore>();
    builder.Services.AddApiConventions();
    builder.Services.AddTelemetry(builder.Configuration);
    if (commandLine.Demo)
    {
        builder.Services.AddDemo();
    }

    await using var app = builder.Build();
    app.UseApiConventions();
    app.MapOrders();
    app.MapCircuits();
    app.MapOperations();
    app.MapDownstreams();
    app.MapGet("/", () => Banner.Text(app)).ExcludeFromDescription();

    await app.StartAsync();
    if (commandLine.Demo)
    {
        var exitCode = await DemoRun.RunAsync(app);
        await app.StopAsync();
        return exitCode;
    }

    Console.WriteLine(Banner.Text(app));
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (StartFailure.Explain(e) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return 1;
}
