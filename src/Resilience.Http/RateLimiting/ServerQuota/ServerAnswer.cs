using System.Globalization;
using System.Net;
using Resilience.Http.Pipeline;

namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>What a response says about the quota that its request used up.</summary>
/// <param name="Request">The wait that it asks for; <see langword="null"/> if it asks for none.</param>
/// <param name="Partitions">The partition keys that it names.</param>
internal readonly record struct ServerAnswer(ServerRequest? Request, IReadOnlyList<string> Partitions)
{
    /// <summary>Reads a response. Its Retry-After takes precedence over its RateLimit field (section 7 of the draft).</summary>
    public static ServerAnswer Read(HttpResponseMessage response, AttemptContext attempt, HttpRateLimitOptions options)
    {
        var field = RateLimitField.Read(response.Headers);
        var partitions = field?.Partitions ?? [];
        if (attempt.RetryAfter(response) is { } wait)
        {
            var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            var partition = field?.Exhausted?.Partition ?? (partitions is [var only] ? only : null);
            return new(Ask(wait, $"{status} with Retry-After", partition), partitions);
        }

        if (field?.Exhausted is { } limit)
        {
            return new(Ask(TimeSpan.FromSeconds(Math.Min(limit.Window, int.MaxValue)), "RateLimit with r=0", limit.Partition), partitions);
        }

        return VendorFields.Read(response, options, attempt.Call.Clock) is { } reset
            ? new(Ask(reset, $"{options.RemainingHeader} of 0", null), partitions)
            : new(null, partitions);
    }

    /// <summary>Whether the call itself has to wait before it is repeated.</summary>
    public static bool Throttles(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    private static ServerRequest? Ask(TimeSpan wait, string source, string? partition) =>
        wait > TimeSpan.Zero ? new(wait, source, partition) : null;
}
