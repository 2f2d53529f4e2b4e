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
        var length = DurationText.Format(timeout);
        var client = ClientTimeout(attempt.Call, scope, timeout);
        var limit = scope switch
        {
            _ when client is not null => $"the {length} that HttpClient.Timeout ({DurationText.Format(client.Value)}) allows",
            TimeoutScope.Attempt or TimeoutScope.Total => $"the {Setting(scope)} of {length}",
            TimeoutScope.Incoming => $"the {length} that the incoming deadline left",
            TimeoutScope.Shutdown => "the time that the shutdown of the app leaves to its calls",
            _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, null),
        };
        var text = new StringBuilder(Event(attempt, Who(attempt.Call.Service.Name, authority), limit));
        text.Append(CultureInfo.InvariantCulture, $", in attempt {attempt.Call.Attempts}");
        if (attempt.Call.LastOutcome is { } last)
        {
            text.Append(CultureInfo.InvariantCulture, $"; the attempt before ended with {last}");
        }

        text.Append(". ");
        if (delay is not null)
        {
            text.Append(Behind(delay)).Append(' ');
        }
        else if (client is null)
        {
            text.Append(Advice(attempt, scope)).Append(' ');
        }

        return text.Append(client is null ? NotOfHttpClient : ClientTimeoutAdvice(attempt.Call)).ToString();
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

    /// <summary>For a call whose deadline has passed before its first attempt.</summary>
    public static string NothingLeft(string service, string? authority, TimeoutScope scope) => scope == TimeoutScope.Shutdown
        ? $"{Who(service, authority)} was not called: the app is stopping, and no time is left for the call. {NotOfHttpClient}"
        : $"{Who(service, authority)} was not called: no time is left of the incoming deadline. The caller of this app no longer " +
            $"waits for the answer. Find out what used up the time, or use ResilienceDeadline.Suppress() for work that outlives the " +
            $"request. {NotOfHttpClient}";

    public static string Text(this TimeoutScope scope) => scope switch
    {
        TimeoutScope.Total => "total",
        TimeoutScope.Attempt => "attempt",
        TimeoutScope.Body => "body",
        TimeoutScope.Incoming => "incoming",
        TimeoutScope.Shutdown => "shutdown",
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, null),
    };

    public static string Text(this ProcessDelayCause cause) => cause switch
    {
        ProcessDelayCause.ThreadPool => "thread_pool",
        ProcessDelayCause.Timers => "timers",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };

    /// <summary>The <see cref="HttpClient.Timeout"/> that the limit follows from; <see langword="null"/> if it is a setting.</summary>
    private static TimeSpan? ClientTimeout(CallContext call, TimeoutScope scope, TimeSpan timeout) =>
        scope is TimeoutScope.Attempt or TimeoutScope.Total && timeout == call.TotalTimeout
            ? HttpClientTimeoutPlan.ShorteningTimeout(call.RequestedTotalTimeout, call.TotalTimeout)
            : null;

    private static string ClientTimeoutAdvice(CallContext call) =>
        $"The TotalTimeout of the call is {DurationText.Format(call.RequestedTotalTimeout)}. If calls may take longer, set TotalTimeout " +
        "of the client to the longest that any of its requests needs. Do not set HttpClient.Timeout: each new client gets its " +
        "TotalTimeout plus 1 s.";

    private static string Behind(ProcessDelay delay) =>
        $"This process was behind, so the answer may have been there: {delay.Text}. {delay.Advice}.";

    private static string Event(AttemptContext attempt, string who, string limit) => attempt.Body switch
    {
        _ when !attempt.HasLeft => $"{who} was not called within {limit}",
        { Phase: BodyPhase.AwaitsSource } body =>
            Invariant($"The request body for {who} gave no more bytes within {limit}, after {body.Taken} bytes"),
        { Phase: BodyPhase.AwaitsConnection } body =>
            Invariant($"{who} took no more of the request body within {limit}, after {body.Taken} bytes"),
        _ => $"{who} sent no response headers within {limit}",
    };

    private static string Advice(AttemptContext attempt, TimeoutScope scope) => (scope, attempt.Body?.Phase) switch
    {
        (TimeoutScope.Incoming, _) =>
            "The caller of this app no longer waits for the answer. Find out what used up the time, or give the request more of it.",
        (TimeoutScope.Shutdown, _) =>
            "If such calls may take longer, raise HostOptions.ShutdownTimeout and the time that the platform gives the app to stop.",
        (_, _) when !attempt.HasLeft =>
            $"Find out what used up the time, such as the queue of a limit, or raise {Settings(attempt.Call, scope)}.",
        (_, BodyPhase.AwaitsSource) =>
            $"Find out why the source of the body is slow, or raise {Settings(attempt.Call, scope)} if it may take that long.",
        (TimeoutScope.Total, _) when attempt.Body is { IsBeingWritten: true } => "Use WithTotalTimeout for requests with long uploads.",
        _ => $"Find out why it is slow, or raise {Settings(attempt.Call, scope)} if it may take that long.",
    };

    /// <summary>What to raise. An attempt timeout as long as the total one cannot be raised alone; if it is not set, it follows.</summary>
    private static string Settings(CallContext call, TimeoutScope scope) => scope switch
    {
        TimeoutScope.Attempt when call.AttemptTimeout != call.TotalTimeout => Setting(TimeoutScope.Attempt),
        TimeoutScope.Attempt when call.AttemptTimeoutIsSet => $"{Setting(TimeoutScope.Attempt)} and {Setting(TimeoutScope.Total)}",
        _ => Setting(TimeoutScope.Total),
    };

    private static string Setting(TimeoutScope scope) => scope == TimeoutScope.Attempt
        ? nameof(ResilientHttpClientOptions.AttemptTimeout)
        : nameof(ResilientHttpClientOptions.TotalTimeout);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Who(string service, string? authority) =>
        authority is null ? ServiceText.Format(service) : $"{ServiceText.Format(service)} ({authority})";
}
