using System.Globalization;
using System.Text;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>The messages of time limits that fired.</summary>
internal static class TimeoutText
{
    public static string Message(CallContext context, string? authority, TimeoutScope scope, TimeSpan timeout, ProcessDelay? delay)
    {
        var text = new StringBuilder(Who(context.Service.Name, authority));
        var setting = scope == TimeoutScope.Attempt ? nameof(ResilientHttpClientOptions.AttemptTimeout) : nameof(ResilientHttpClientOptions.TotalTimeout);
        text.Append(CultureInfo.InvariantCulture, $" sent no response headers within the {setting} of {Duration(timeout)}, in attempt {context.Attempts}");
        if (context.LastOutcome is { } last)
        {
            text.Append(CultureInfo.InvariantCulture, $"; the attempt before ended with {last}");
        }

        return text.Append(". ").Append(delay is null
            ? $"Find out why it is slow, or raise {setting} if it may take that long."
            : Behind(delay)).ToString();
    }

    public static string BodyMessage(string service, string? authority, TimeSpan timeout, long received, ProcessDelay? delay)
    {
        var advice = delay is null ? "Find out why it is slow, or raise BodyIdleTimeout if it may pause that long." : Behind(delay);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Who(service, authority)} sent no response bytes within the BodyIdleTimeout of {Duration(timeout)}, after {received} bytes. {advice}");
    }

    /// <summary><c>https://payments.internal</c>: never the user info, the path or the query.</summary>
    public static string? Authority(Uri? uri) =>
        uri is { IsAbsoluteUri: true } ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null;

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

    public static string Duration(TimeSpan time)
    {
        if (time == Timeout.InfiniteTimeSpan)
        {
            return "off";
        }

        return time < TimeSpan.FromSeconds(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
    }

    private static string Behind(ProcessDelay delay) =>
        $"This process was behind, so the answer may have been there: {delay.Text}. {delay.Advice}.";

    private static string Who(string service, string? authority) => authority is null ? ServiceText.Of(service) : $"{ServiceText.Of(service)} ({authority})";
}
