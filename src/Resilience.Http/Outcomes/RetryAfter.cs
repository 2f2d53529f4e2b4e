using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Resilience.Http.Outcomes;

/// <summary>The wait that a 429 or 503 asks for (RFC 9110, 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>More seconds than this are no wait but a farewell; so long a number needs no exact reading.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(int.MaxValue);

    /// <summary>Reads the wait, never negative; <see langword="null"/> where none is asked for or the value is nonsense.</summary>
    public static TimeSpan? Read(HttpResponseMessage? response, TimeProvider clock)
    {
        if (response?.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            || !response.Headers.NonValidated.TryGetValues("Retry-After", out var values))
        {
            return null;
        }

        // There should be one. Where a gateway added its own, both are kept to by keeping to the longer.
        TimeSpan? longest = null;
        foreach (var value in values)
        {
            if (Parse(value.AsSpan().Trim(), clock) is { } wait && !(wait <= longest))
            {
                longest = wait;
            }
        }

        return longest;
    }

    private static TimeSpan? Parse(ReadOnlySpan<char> value, TimeProvider clock)
    {
        if (!value.IsEmpty && !value.ContainsAnyExceptInRange('0', '9'))
        {
            return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : Longest;
        }

        return RetryConditionHeaderValue.TryParse(value.ToString(), out var parsed) && parsed.Date is { } date
            ? Later(date - clock.GetUtcNow())
            : null;
    }

    private static TimeSpan Later(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
}
