using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Resilience.Http.Fallback;
using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Registration;

/// <summary>
/// Checks the settings of all clients before anything of the app starts, so that wrong ones stop it before it serves a request.
/// </summary>
internal sealed class StartupValidator(LiveOptions clients, SecondLayerCheck secondLayers, IServiceProvider root) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        clients.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Makes the handlers of clients that are to keep stale answers, now that all of the app runs, to see whether they can.
    /// </summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var service in clients.WithStaleAnswers())
        {
            try
            {
                StaleWarning.GetOrCreate(service).Check(root.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(service.Name));
            }
            catch (Exception)
            {
                // A handler that cannot be made is reported to the first call, which it stops.
            }
        }

        await secondLayers.RunAsync().ConfigureAwait(false);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
