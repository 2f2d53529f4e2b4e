using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Registration;

/// <summary>Checks the settings of all clients before anything of the app starts, so that wrong ones stop it before it serves a request.</summary>
internal sealed class ClientStart(LiveClients clients) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        clients.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
