using System.Net.Http.Headers;

namespace Resilience.Http.Fallback;

/// <summary>The age that an answer has when it arrives (RFC 9111, 4.2.3).</summary>
internal static class StaleAge
{
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="delay">From the sending of the request to the answer: it may have aged as long on its way.</param>
    /// <param name="now">The wall clock.</param>
    public static TimeSpan AtReceipt(HttpResponseHeaders headers, TimeSpan delay, DateTimeOffset now)
    {
        var byDate = headers.Date is { } date && now > date ? now - date : TimeSpan.Zero;
        var byAge = Told(headers) + delay;
        return byDate > byAge ? byDate : byAge;
    }

    /// <summary>
    /// What the caches on the way said. The field is one number; if several caches have made a list of it, the longest counts, since an
    /// answer is not to seem younger than it is. What is not a number is ignored (RFC 9111, 5.1).
    /// </summary>
    private static TimeSpan Told(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Age", out var lines))
        {
            return TimeSpan.Zero;
        }

        return lines.SelectMany(static line => line.Split(',')).Max(static member => DeltaSeconds.Parse(member.Trim())) ?? TimeSpan.Zero;
    }
}
