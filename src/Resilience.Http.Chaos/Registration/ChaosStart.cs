using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Chaos.Registration;

/// <summary>
/// Checks the settings before anything of the app starts, so that wrong ones stop it before it serves a request, and says what is on.
/// </summary>
internal sealed class ChaosStart(ChaosSettings settings) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        settings.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
