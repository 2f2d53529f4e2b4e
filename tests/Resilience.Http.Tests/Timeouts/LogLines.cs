using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public LogLine[] All => [.. _lines];

    public LogLine[] At(LogLevel level) => [.. _lines.Where(line => line.Level == level)];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(new(logLevel, eventId.Name, formatter(state, exception), exception));

    public void Dispose()
    {
    }
}

internal sealed record LogLine(LogLevel Level, string? Event, string Text, Exception? Exception);
