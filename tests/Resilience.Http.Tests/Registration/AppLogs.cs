using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Registration;

/// <summary>What an app logged.</summary>
internal sealed class AppLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<Line> _lines = [];

    public IReadOnlyList<Line> Of(LogLevel level) => [
        .. _lines.Where(line => line.Level == level && line.Category.StartsWith("Resilience.Http.Registration", StringComparison.Ordinal))
    ];

    public IReadOnlyList<Line> All => [.. _lines];

    public IReadOnlyList<string> Named(string eventName) => [.. _lines.Where(line => line.Event == eventName).Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    internal sealed record Line(string Category, LogLevel Level, string? Event, string Text, Exception? Exception);

    private sealed class Logger(string category, ConcurrentQueue<Line> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new(category, logLevel, eventId.Name, formatter(state, exception), exception));
    }
}
