using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.LibraryTests.Support;

/// <summary>The warnings of an app.</summary>
internal sealed class AppLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _warnings = [];

    public IReadOnlyList<string> Warnings => [.. _warnings];

    /// <summary>Those that begin with the id of a mistake in how clients are put together.</summary>
    public IReadOnlyList<string> WithId(string id) => [.. _warnings.Where(line => line.StartsWith(id + ":", StringComparison.Ordinal))];

    public ILogger CreateLogger(string categoryName) => new Logger(_warnings);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string> warnings) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                warnings.Enqueue(formatter(state, exception));
            }
        }
    }
}
