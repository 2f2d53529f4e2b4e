using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.ClientProcess;

/// <summary>A resilient client as an app registers it; what it logs at Warning goes to the output.</summary>
internal sealed class Client : IDisposable
{
    private readonly ServiceProvider _services;

    public Client(Uri address, Action<ResilientHttpClientOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new Lines()).AddFilter("System.Net.Http", LogLevel.Warning));
        services.AddResilientHttpClient("payments", options =>
        {
            options.BaseAddress = address;
            configure?.Invoke(options);
        });
        _services = services.BuildServiceProvider();
        Http = _services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        Circuits = _services.GetRequiredService<ICircuitRegistry>();
    }

    public HttpClient Http { get; }

    public ICircuitRegistry Circuits { get; }

    public void Dispose() => _services.Dispose();

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Console.WriteLine($"log {eventId.Name}: {formatter(state, exception)}");
            }
        }

        public void Dispose()
        {
        }
    }
}
