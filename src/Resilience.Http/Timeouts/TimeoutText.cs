using System.Globalization;
using System.Text;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>What a time limit that ran out says to the person who reads it.</summary>
internal static class TimeoutText
{
    public static string Message(CallContext context, string? authority, TimeoutScope scope, TimeSpan timeout)
    {
        var text = new StringBuilder(Who(context.Service.Name, authority));
        var setting = scope == TimeoutScope.Attempt ? nameof(ResilientHttpClientOptions.AttemptTimeout) : nameof(ResilientHttpClientOptions.TotalTimeout);
        text.Append(CultureInfo.InvariantCulture, $" sent no response headers within the {setting} of {Duration(timeout)}, in attempt {context.Attempts}");
        if (context.LastOutcome is { } last)
        {
            text.Append(CultureInfo.InvariantCulture, $"; the attempt before ended with {last}");
        }

        return text.Append(CultureInfo.InvariantCulture, $". Find out what holds it up, or raise {setting} if it may take that long.").ToString();
    }

    public static string BodyMessage(string service, string? authority, TimeSpan timeout, long received) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Who(service, authority)} sent no more of its response body for the BodyIdleTimeout of {Duration(timeout)}, after {received} bytes. Find out what holds it up, or raise BodyIdleTimeout if it may pause that long.");

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

    private static string Who(string service, string? authority) => authority is null ? ServiceText.Of(service) : $"{ServiceText.Of(service)} ({authority})";
}
