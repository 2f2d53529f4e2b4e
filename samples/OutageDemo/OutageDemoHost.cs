using OutageDemo.Demo;
using OutageDemo.Downstreams;
using OutageDemo.Experiments;
using OutageDemo.Replicas;
using OutageDemo.Startup;

namespace OutageDemo;

/// <summary>
/// Runs an API together with the services that it calls: stand-ins with faults to switch, on loopback, in the same process.
/// <c>--demo</c> plays an outage of one of them, <c>--replicas 3</c> one for several replicas of the API, <c>--experiment FILE</c> a chaos
/// experiment.
/// </summary>
public static class OutageDemoHost
{
    /// <summary>Runs until the demo or the experiment is over, or until Ctrl+C.</summary>
    /// <param name="args">The command line; <c>--help</c> lists its options.</param>
    /// <param name="addServices">Registers the services of the API.</param>
    /// <param name="mapEndpoints">Maps the endpoints of the API.</param>
    /// <returns>The exit code: 0 if all went well.</returns>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder> addServices, Action<WebApplication> mapEndpoints)
    {
        try
        {
            var commandLine = CommandLine.Read(args);
            if (commandLine.Help)
            {
                Console.WriteLine(CommandLine.Usage);
                return 0;
            }

            return await RunAsync(commandLine, addServices, mapEndpoints);
        }
        catch (Exception e) when (StartFailure.Explain(e) is { } line)
        {
            await Console.Error.WriteLineAsync(line);
            return 1;
        }
    }

    private static async Task<int> RunAsync(
        CommandLine commandLine, Action<WebApplicationBuilder> addServices, Action<WebApplication> mapEndpoints)
    {
        var builder = ApiBuilder.Create(commandLine);
        Ports.Apply(builder.Configuration);
        await using var downstreams = await DownstreamServices.StartAsync(builder.Configuration);
        if (commandLine.Replicas is { } count)
        {
            return await ReplicaHosts.RunAsync(count, commandLine, downstreams, addServices, mapEndpoints);
        }

        builder.Services.AddSingleton(downstreams);
        addServices(builder);
        if (commandLine.Demo)
        {
            builder.Services.AddDemo();
        }
        else if (commandLine.Experiment is not null)
        {
            builder.Services.AddExperiments();
        }

        await using var app = builder.Build();
        mapEndpoints(app);
        app.MapDownstreams();
        app.MapGet("/", () => Banner.Text(app)).ExcludeFromDescription();
        await app.StartAsync();
        var exitCode = await PlayAsync(app, commandLine);
        await app.StopAsync();
        return exitCode;
    }

    private static async Task<int> PlayAsync(WebApplication app, CommandLine commandLine)
    {
        if (commandLine.Demo)
        {
            return await DemoRun.RunAsync(app);
        }

        if (commandLine.Experiment is { } experiment)
        {
            return await ExperimentRun.RunAsync(app, experiment, commandLine.Journal);
        }

        Console.WriteLine(Banner.Text(app));
        await app.WaitForShutdownAsync();
        return 0;
    }
}
