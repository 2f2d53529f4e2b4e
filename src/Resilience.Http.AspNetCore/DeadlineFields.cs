using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Resilience.Http.Deadlines;
using Resilience.Http.Grpc;

namespace Resilience.Http.AspNetCore;

/// <summary>
/// What the fields of a request say of the time that is left. The shortest counts. What cannot be read is ignored, and a metric counts it.
/// </summary>
internal sealed class DeadlineFields(string header, TimeSpan maximum, DeadlineMetrics metrics)
{
    private readonly TimeSpan? _maximum = maximum == Timeout.InfiniteTimeSpan ? null : maximum;

    /// <returns>The time left, never negative; <see langword="null"/> if nothing limits the request.</returns>
    public TimeSpan? Read(IHeaderDictionary headers)
    {
        var shortest = _maximum;
        if (headers.TryGetValue(header, out var values))
        {
            shortest = Shorter(shortest, values, isGrpc: false);
        }

        if (headers.TryGetValue(GrpcHeaders.Timeout, out values))
        {
            shortest = Shorter(shortest, values, isGrpc: true);
        }

        return shortest;
    }

    /// <summary>A field may be repeated, as lines or as a list, by a gateway that added its own.</summary>
    private TimeSpan? Shorter(TimeSpan? shortest, StringValues lines, bool isGrpc)
    {
        var isMalformed = false;
        foreach (var line in lines)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var value = line.AsSpan(range).Trim();
                var remaining = isGrpc ? GrpcHeaders.ParseTimeout(value) : DeadlineField.Parse(value);
                isMalformed |= remaining is null;
                shortest = remaining is null || shortest <= remaining ? shortest : remaining;
            }
        }

        if (isMalformed)
        {
            metrics.CountMalformed(isGrpc ? GrpcHeaders.Timeout : header);
        }

        return shortest;
    }
}
