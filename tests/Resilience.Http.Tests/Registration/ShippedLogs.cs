using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resilience.Http.Tests.Registration;

/// <summary>A logger provider that takes the factory, as one does that ships its lines over HTTP.</summary>
internal sealed class ShippedLogs(IHttpClientFactory clients) : ILoggerProvider
{
    public IHttpClientFactory Clients { get; } = clients;

    /// <summary>
    /// An app with it, whose loggers are made. Parts made in a circle would wait for each other without end, each in the lock of the other.
    /// </summary>
    public static async Task<ServiceProvider> AppAsync(ServiceCollection services)
    {
        services.AddSingleton<ILoggerProvider, ShippedLogs>();
        var provider = services.BuildServiceProvider();
        var made = Task.Factory.StartNew(() => provider.GetRequiredService<ILoggerFactory>(), TaskCreationOptions.LongRunning);
        await made.WaitAsync(TimeSpan.FromMinutes(1));
        return provider;
    }

    public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

    public void Dispose()
    {
    }
}
