using System.Net;

namespace Resilience.Http.Outcomes;

/// <summary>The wait that a 429 or 503 asks for (RFC 9110, 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>Reads the wait, never negative; <see langword="null"/> where none is asked for or the value is nonsense.</summary>
    public static TimeSpan? Read(HttpResponseMessage? response, TimeProvider clock)
    {
        if (response?.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
        {
            return null;
        }

        return response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => Later(date - clock.GetUtcNow()),
            _ => null,
        };
    }

    private static TimeSpan Later(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
}
