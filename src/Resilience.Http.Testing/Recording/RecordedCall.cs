using System.Net;
using Resilience.Http.Fallback;
using Resilience.Http.Outcomes;
using Resilience.Http.Testing.Recording;
using Resilience.Http.Testing.Time;

namespace Resilience.Http.Testing;

/// <summary>One call as its caller saw it, with its attempts that reached a <see cref="ScriptedServer"/>.</summary>
public sealed class RecordedCall
{
    private readonly Lock _gate = new();
    private readonly List<RecordedRequest> _attempts = [];
    private volatile CallEnd? _end;

    internal RecordedCall(HttpRequestMessage request, TimeSpan time)
    {
        Method = request.Method;
        Uri = request.RequestUri;
        Time = time;
    }

    /// <summary>The method that the caller sent.</summary>
    public HttpMethod Method { get; }

    /// <summary>The URI that the caller used.</summary>
    public Uri? Uri { get; }

    /// <summary>The attempts that reached the server, in order. Attempts that a circuit refused are not included.</summary>
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

    /// <summary>When the call began, as the time since the server was created.</summary>
    public TimeSpan Time { get; }

    /// <summary>How long the call took, up to the response headers or the exception; <see langword="null"/> while it runs.</summary>
    public TimeSpan? Duration => _end?.Duration;

    /// <summary>The status that the caller got; <see langword="null"/> if there is no response.</summary>
    public HttpStatusCode? Status => _end?.Status;

    /// <summary>The exception that the caller got; <see langword="null"/> if there is none.</summary>
    public Exception? Exception => _end?.Exception;

    /// <summary>Which fallback answered: <c>delegate</c>, <c>stale</c> or <c>default</c>; <see langword="null"/> if none did.</summary>
    public string? Fallback => _end?.Fallback;

    /// <summary>The circuit of the call, as it was when the call ended; <see langword="null"/> if there is none.</summary>
    public CircuitSnapshot? Circuit => _end?.Circuit;

    /// <summary>The timeline of the call: its attempts with their times and answers, the waits between them, and its result.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString()
    {
        var lines = new List<string> { $"{Method} {Uri}, {Outcome()}" };
        TimeSpan? ended = null;
        foreach (var attempt in Attempts)
        {
            var waited = ended is { } end && attempt.Time > end ? $", after a wait of {ExactDuration.Format(attempt.Time - end)}" : "";
            lines.Add($"  +{ExactDuration.Format(attempt.Time - Time)} {attempt.Method} {attempt.Uri} -> {attempt.Outcome()}{waited}");
            ended = attempt.Ended;
        }

        if (lines.Count == 1)
        {
            lines.Add("  no attempt reached the server");
        }

        if (Circuit is { } circuit)
        {
            lines.Add($"  {ClientCircuits.Text(circuit)}");
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

    internal void End(HttpResponseMessage? response, Exception? exception, TimeSpan time, CircuitSnapshot? circuit)
    {
        var fallback = response is not null && response.Headers.TryGetValues(FallbackKind.Header, out var kinds)
            ? string.Join(", ", kinds)
            : null;
        _end = new CallEnd(time - Time, response?.StatusCode, exception, fallback, circuit);
    }

    private string Outcome()
    {
        if (_end is not { } end)
        {
            return $"began at +{ExactDuration.Format(Time)}, still running";
        }

        var outcome = end.Exception is null ? OutcomeText.Format(end.Status!.Value) : OutcomeText.Format(end.Exception);
        return $"began at +{ExactDuration.Format(Time)}, took {ExactDuration.Format(end.Duration)}: " +
            $"{outcome}{(end.Fallback is null ? "" : $" (fallback: {end.Fallback})")}";
    }

    /// <summary>What came of a call, all at once, so that who reads it never sees half of it.</summary>
    private sealed record CallEnd(
        TimeSpan Duration, HttpStatusCode? Status, Exception? Exception, string? Fallback, CircuitSnapshot? Circuit);
}
