using System.Globalization;
using System.Text;
using Resilience.Http.Content;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>The messages of time limits that fired.</summary>
internal static class TimeoutText
{
    /// <summary>
    /// Some libraries know a timeout by these words only, and it may pass for that one: both are a <see cref="TaskCanceledException"/>.
    /// </summary>
    private const string NotOfHttpClient = "This limit is not HttpClient.Timeout.";

    public static string Message(AttemptContext attempt, string? authority, TimeoutScope scope, TimeSpan timeout, ProcessDelay? delay)
    {
        var setting = scope == TimeoutScope.Attempt
            ? nameof(ResilientHttpClientOptions.AttemptTimeout)
            : nameof(ResilientHttpClientOptions.TotalTimeout);
        var limit = $"the {setting} of {DurationText.Format(timeout)}";
        var text = new StringBuilder(Event(attempt, Who(attempt.Call.Service.Name, authority), limit));
        text.Append(CultureInfo.InvariantCulture, $", in attempt {attempt.Call.Attempts}");
        if (attempt.Call.LastOutcome is { } last)
        {
            text.Append(CultureInfo.InvariantCulture, $"; the attempt before ended with {last}");
        }

        return text.Append(". ")
            .Append(delay is null ? Advice(attempt, setting) : Behind(delay))
            .Append(' ')
            .Append(NotOfHttpClient)
            .ToString();
    }

    public static string BodyMessage(string service, string? authority, TimeSpan timeout, long received, ProcessDelay? delay)
    {
        var advice =
            $"{(delay is null ? "Find out why it is slow, or raise BodyIdleTimeout if it may pause that long." : Behind(delay))} " +
                $"{NotOfHttpClient}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Who(service, authority)} sent no response bytes within the BodyIdleTimeout of {DurationText.Format(timeout)}, after " +
            $"{received} bytes. {advice}");
    }

    public static string Text(this TimeoutScope scope) => scope switch
    {
        TimeoutScope.Total => "total",
        TimeoutScope.Attempt => "attempt",
        TimeoutScope.Body => "body",
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, null),
    };

    public static string Text(this ProcessDelayCause cause) => cause switch
    {
        ProcessDelayCause.ThreadPool => "thread_pool",
        ProcessDelayCause.Timers => "timers",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };

    private static string Behind(ProcessDelay delay) =>
        $"This process was behind, so the answer may have been there: {delay.Text}. {delay.Advice}.";

    private static string Event(AttemptContext attempt, string who, string limit) => attempt.Body switch
    {
        { Phase: BodyPhase.AwaitsSource } body =>
            Invariant($"The request body for {who} gave no more bytes within {limit}, after {body.Taken} bytes"),
        { Phase: BodyPhase.AwaitsConnection } body =>
            Invariant($"{who} took no more of the request body within {limit}, after {body.Taken} bytes"),
        _ => $"{who} sent no response headers within {limit}",
    };

    private static string Advice(AttemptContext attempt, string setting) => attempt.Body?.Phase switch
    {
        BodyPhase.AwaitsSource => $"Find out why the source of the body is slow, or raise {setting} if it may take that long.",
        _ when attempt is { Body.IsBeingWritten: true, FiredTimeout: TimeoutScope.Total } =>
            "Use WithTotalTimeout for requests with long uploads.",
        _ => $"Find out why it is slow, or raise {setting} if it may take that long.",
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Who(string service, string? authority) =>
        authority is null ? ServiceText.Format(service) : $"{ServiceText.Format(service)} ({authority})";
}
