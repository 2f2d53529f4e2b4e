using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests;

/// <summary>The HTTP logging of Microsoft.Extensions.Http.Diagnostics beside the chain.</summary>
public sealed class ExtendedLoggingTests
{
    [Fact]
    public async Task Extended_logging_logs_one_line_for_a_call_and_none_for_its_attempts() =>
        Assert.Equal(1, await LinesOfOneCallAsync(client => client.AddResilience(AtOnce).AddExtendedHttpClientLogging()));

#pragma warning disable EXTEXP0003 // For evaluation purposes only, and what the docs name.
    [Fact]
    public async Task Extended_logging_inside_the_pipeline_logs_each_attempt() =>
        Assert.Equal(
            3, await LinesOfOneCallAsync(client => client.AddResilience(AtOnce).AddExtendedHttpClientLogging(wrapHandlersPipeline: false)));

    [Fact]
    public async Task Extended_logging_inside_the_pipeline_logs_each_attempt_even_if_added_first() =>
        Assert.Equal(3, await LinesOfOneCallAsync(client =>
        {
            client.AddExtendedHttpClientLogging(wrapHandlersPipeline: false);
            client.AddResilience(AtOnce);
        }));
#pragma warning restore EXTEXP0003

    private static void AtOnce(ResilientHttpClientOptions options) => options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);

    private static async Task<int> LinesOfOneCallAsync(Action<IHttpClientBuilder> register)
    {
        await using var server = await LibraryServer.StartAsync(Answers.FailingFirst(2, "{}"));
        var services = new ServiceCollection();
        var lines = new ConcurrentQueue<string>();
        services.AddLogging(logging => logging.AddProvider(new Lines(lines)).SetMinimumLevel(LogLevel.Information));
        services.AddRedaction();
        register(services.AddHttpClient("payments", client => client.BaseAddress = server.Address));
        await using var app = services.BuildServiceProvider();

        using var response = await app.GetRequiredService<IHttpClientFactory>()
            .CreateClient("payments")
            .GetAsync("orders", TestContext.Current.CancellationToken);

        return lines.Count;
    }

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (category.StartsWith("Microsoft.Extensions.Http.Logging", StringComparison.Ordinal))
                {
                    lines.Enqueue(formatter(state, exception));
                }
            }
        }
    }
}
