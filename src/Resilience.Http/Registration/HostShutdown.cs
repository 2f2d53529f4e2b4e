using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Registration;

/// <summary>Announces the shutdown of the host to its resilient clients, and logs how many of their calls it cut.</summary>
internal sealed partial class HostShutdown(ResilienceRuntime runtime, IServiceProvider provider) : IHostedLifecycleService
{
    public const string Category = "Resilience.Http.Shutdown";

    /// <summary>That of the host, if its options cannot be read.</summary>
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(30);

    private readonly ILogger _log = runtime.CreateLogger(Category);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (provider.GetService<IHostApplicationLifetime>() is { } lifetime)
        {
            runtime.Shutdown.Expect();
            lifetime.ApplicationStopping.UnsafeRegister(static state => ((HostShutdown)state!).Begin(), this);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>All of the app has stopped, so no more calls are cut.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (runtime.Shutdown.CallsCut is > 0 and var cut)
        {
            CallsCut(_log, cut, runtime.Shutdown.Grace.TotalSeconds);
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// The abstractions have no timeout, and the package with the host's options is not one to ask of every user. A host that stops has
    /// loaded it, unless it is another's host: then the type is missing, and that is seen when the method that names it is compiled.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TimeSpan ReadTimeout(IServiceProvider provider) =>
        provider.GetService<IOptions<HostOptions>>()?.Value.ShutdownTimeout ?? UsualTimeout;

    private void Begin()
    {
        TimeSpan timeout;
        try
        {
            timeout = ReadTimeout(provider);
        }
        catch (FileNotFoundException)
        {
            timeout = UsualTimeout;
        }

        runtime.Shutdown.Begin(timeout);
    }

    [LoggerMessage(117, LogLevel.Warning,
        "The shutdown of the app ended {Count} calls of its resilient clients, {Grace:0.###} s after it began. If such calls need more " +
        "time, raise HostOptions.ShutdownTimeout and the time that the platform gives the app to stop.")]
    private static partial void CallsCut(ILogger log, int count, double grace);
}
