using WebApi.Chaos;
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
        EnvironmentName = commandLine.Environment,
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
    else if (commandLine.Experiment is not null)
    {
        builder.Services.AddExperiments();
    }

    await using var app = builder.Build();
    app.UseApiConventions();
    app.MapOrders();
    app.MapReports();
    app.MapCircuits();
    app.MapOperations();
    app.MapDownstreams();
    app.MapGet("/", () => Banner.Text(app)).ExcludeFromDescription();

    await app.StartAsync();
    var exitCode = 0;
    if (commandLine.Demo)
    {
        exitCode = await DemoRun.RunAsync(app);
    }
    else if (commandLine.Experiment is { } experiment)
    {
        exitCode = await ExperimentRun.RunAsync(app, experiment, commandLine.Journal);
    }
    else
    {
        Console.WriteLine(Banner.Text(app));
        await app.WaitForShutdownAsync();
    }

    await app.StopAsync();
    return exitCode;
}
catch (Exception e) when (StartFailure.Explain(e) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return 1;
}
