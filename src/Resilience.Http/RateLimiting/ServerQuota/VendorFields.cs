using System.Globalization;
using System.Net.Http.Headers;
using Resilience.Http.Outcomes;

namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>
/// Fields of a vendor's own, such as <c>X-RateLimit-Remaining</c> and <c>X-RateLimit-Reset</c>. There is no standard for them, so they are
/// read only if configuration names them.
/// </summary>
internal static class VendorFields
{
    /// <summary>A wait of 31 years makes no sense, so a larger number is a time of the Unix epoch (since September 2001).</summary>
    private const double LeastEpochSeconds = 1e9;
    private const double LeastEpochMilliseconds = 1e12;
    private const double MostSeconds = int.MaxValue;

    /// <summary>How long to wait; <see langword="null"/> if something is left, or the fields are not there or cannot be read.</summary>
    public static TimeSpan? Read(HttpResponseMessage response, HttpRateLimitOptions options, TimeProvider clock)
    {
        if (options is not { RemainingHeader: { } remaining, ResetHeader: { } reset }
            || Numbers(response.Headers, remaining) is not [_, ..] left
            || left.Min() is < 0 or >= 1
            || Numbers(response.Headers, reset) is not [_, ..] resets)
        {
            return null;
        }

        var seconds = resets.Max(number => Seconds(number, response, clock));
        return seconds > 0 ? TimeSpan.FromSeconds(Math.Ceiling(Math.Min(seconds, MostSeconds))) : null;
    }

    private static double Seconds(double number, HttpResponseMessage response, TimeProvider clock)
    {
        if (number < LeastEpochSeconds)
        {
            return number;
        }

        // Against the response's own Date, as with the date in a Retry-After: the local clock may be minutes off.
        var now = RetryAfter.SentAt(response) ?? clock.GetUtcNow();
        var epoch = number >= LeastEpochMilliseconds ? number / 1000 : number;
        return epoch - now.ToUnixTimeMilliseconds() / 1000.0;
    }

    /// <summary>The numbers of a field, all of them or none.</summary>
    private static double[] Numbers(HttpResponseHeaders headers, string name)
    {
        if (!headers.NonValidated.TryGetValues(name, out var lines))
        {
            return [];
        }

        double?[] numbers = [.. lines.SelectMany(static line => line.Split(',')).Select(Number)];
        return numbers.Contains(null) ? [] : [.. numbers.OfType<double>()];
    }

    private static double? Number(string text) =>
        double.TryParse(
            text.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;
}
