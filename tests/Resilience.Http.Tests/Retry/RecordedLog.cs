using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Retry;

/// <summary>Keeps what is logged, with its fields.</summary>
internal sealed class RecordedLog(LogLevel least = LogLevel.Trace) : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<Line> _lines = new();

    public Line[] Lines => [.. _lines];

    public Line[] Of(string eventName) => [.. _lines.Where(line => line.Event.Name == eventName)];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(
            new(
                logLevel,
                eventId,
                formatter(state, exception),
                exception,
                new Dictionary<string, object?>((IEnumerable<KeyValuePair<string, object?>>)state!)));

    public void Dispose()
    {
    }

    internal sealed record Line(
        LogLevel Level, EventId Event, string Text, Exception? Exception, IReadOnlyDictionary<string, object?> Fields);
}
