using System.Globalization;
using System.Net;
using Resilience.Http.Fallback;
using Resilience.Http.Outcomes;

#pragma warning disable IDE0130 // public types live in Resilience.Http.Testing, whatever their folder
namespace Resilience.Http.Testing;

/// <summary>One call as its caller saw it, with the attempts that reached a <see cref="ScriptedServer"/> on its way.</summary>
public sealed class RecordedCall
{
    private readonly Lock _gate = new();
    private readonly List<RecordedRequest> _attempts = [];
    private readonly string _request;

    internal RecordedCall(ScriptedServer server, HttpRequestMessage request, TimeSpan time)
    {
        Server = server;
        _request = $"{request.Method} {request.RequestUri}";
        Time = time;
    }

    /// <summary>The attempts that reached the server, in order. One that a circuit refused did not.</summary>
    public IReadOnlyList<RecordedRequest> Attempts
    {
        get
        {
            lock (_gate)
            {
                return [.. _attempts];
            }
        }
    }

    /// <summary>The time between the end of each attempt and the arrival of the next.</summary>
    public IReadOnlyList<TimeSpan> Delays
    {
        get
        {
            var attempts = Attempts;
            return [.. attempts.Skip(1).Zip(attempts, static (next, last) => next.Time - (last.Ended ?? next.Time))];
        }
    }

    /// <summary>When it began, by the server's clock.</summary>
    public TimeSpan Time { get; }

    /// <summary>How long it took, to the response headers or the exception; <see langword="null"/> while it runs.</summary>
    public TimeSpan? Duration { get; private set; }

    /// <summary>The status its caller got; <see langword="null"/> where there is no response.</summary>
    public HttpStatusCode? Status { get; private set; }

    /// <summary>The exception its caller got; <see langword="null"/> where there is none.</summary>
    public Exception? Exception { get; private set; }

    /// <summary>Which fallback answered: <c>delegate</c>, <c>stale</c> or <c>default</c>; <see langword="null"/> where none did.</summary>
    public string? Fallback { get; private set; }

    internal ScriptedServer Server { get; }

    /// <summary>The call's timeline: its attempts with their times and answers, the waits between them, and what came of it.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString()
    {
        var lines = new List<string> { $"{_request}, {Outcome()}" };
        TimeSpan? ended = null;
        foreach (var attempt in Attempts)
        {
            var waited = ended is { } end && attempt.Time > end ? $", after a wait of {Text(attempt.Time - end)}" : "";
            lines.Add($"  +{Text(attempt.Time - Time)} {attempt.Method} {attempt.Uri} -> {attempt.Outcome()}{waited}");
            ended = attempt.Ended;
        }

        if (lines.Count == 1)
        {
            lines.Add("  no attempt reached the server");
        }

        return string.Join(Environment.NewLine, lines);
    }

    internal void Add(RecordedRequest attempt)
    {
        lock (_gate)
        {
            _attempts.Add(attempt);
        }
    }

    internal void End(HttpResponseMessage? response, Exception? exception, TimeSpan time)
    {
        Status = response?.StatusCode;
        Fallback = response is not null && response.Headers.TryGetValues(FallbackKind.Header, out var kinds) ? string.Join(", ", kinds) : null;
        Exception = exception;
        Duration = time - Time;
    }

    internal static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);

    private string Outcome()
    {
        if (Duration is not { } duration)
        {
            return $"began at +{Text(Time)}, still running";
        }

        var outcome = Exception is null ? OutcomeText.Of(Status!.Value) : OutcomeText.Of(Exception);
        return $"began at +{Text(Time)}, took {Text(duration)}: {outcome}{(Fallback is null ? "" : $" (fallback: {Fallback})")}";
    }
}
