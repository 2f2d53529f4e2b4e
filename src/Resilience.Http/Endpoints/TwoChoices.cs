namespace Resilience.Http.Endpoints;

/// <summary>
/// Draws two endpoints by weight and takes the one with the lower load. Two are enough to avoid a busy one, and few enough that no endpoint
/// gets more than twice its share: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001.
/// </summary>
/// <remarks>
/// The weights are arcs of a circle. The first point is anywhere on it, evenly. The second is far enough from it to lie in another arc,
/// unless one arc is more than half of the circle, and otherwise anywhere too. So each of the two is drawn exactly by weight, and while the
/// loads are equal the shares are the weights.
///
/// Loads that differ by no more than chance explains count as equal. Otherwise an endpoint of a small weight would mostly have the lower
/// load and exceed its share, since it often has nothing in flight.
/// </remarks>
internal static class TwoChoices
{
    /// <summary>By what factor averages of one and the same latency differ.</summary>
    private const float MostNoise = 2;

    /// <param name="endpoints">What to choose from, at least one.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="points">Where the first one is drawn.</param>
    /// <param name="chance">Numbers from 0 to below 1.</param>
    public static Endpoint Choose(ReadOnlySpan<Endpoint> endpoints, uint now, EvenSequence points, Func<double> chance)
    {
        if (endpoints.Length == 1)
        {
            return endpoints[0];
        }

        var (total, heaviest) = Weigh(endpoints);
        var first = points.Next();
        var one = At(endpoints, first * total);
        var other = At(endpoints, Second(first, heaviest / (double)total, chance) * total);
        if (ReferenceEquals(one, other))
        {
            return one;
        }

        return IsMoreLoaded(one, other, total / (float)endpoints.Length, now) ? other : one;
    }

    private static bool IsMoreLoaded(Endpoint one, Endpoint other, float meanWeight, uint now)
    {
        var (latency, otherLatency) = (one.State.Latency(now), other.State.Latency(now));
        return IsSimilar(latency, otherLatency)
            ? HasMoreInFlight(one, other)
            : Load(one, latency, meanWeight) > Load(other, otherLatency, meanWeight);
    }

    /// <summary>Averages of the same latency differ this much; one that is not known is like any.</summary>
    private static bool IsSimilar(float one, float other) =>
        one <= 0 || other <= 0 || (one <= MostNoise * other && other <= MostNoise * one);

    /// <summary>
    /// Whether one of two has more in flight than its weight explains, by more than two standard deviations. Of <c>n</c> sends, a part
    /// <c>p</c> is expected, with the variance <c>n p (1 - p)</c>.
    /// </summary>
    private static bool HasMoreInFlight(Endpoint one, Endpoint other)
    {
        var (mine, others) = ((long)one.State.InFlight, (long)other.State.InFlight);
        var excess = (mine * other.Weight) - (others * one.Weight);
        return excess > 0 && excess * excess > 4 * (mine + others) * one.Weight * other.Weight;
    }

    /// <summary>
    /// The load of an endpoint: its latency, as often as a send would wait for it. Sends in flight count by weight, so that an endpoint of
    /// twice the weight is as loaded with twice as many.
    /// </summary>
    private static float Load(Endpoint endpoint, float latency, float meanWeight) =>
        ((endpoint.State.InFlight * meanWeight / endpoint.Weight) + 1) * latency;

    private static double Second(double first, double largestArc, Func<double> chance)
    {
        var least = Math.Min(largestArc, 0.5);
        var distance = least < 0.5 ? least + ((1 - (2 * least)) * chance()) : 0.5;
        var second = first + distance;
        return second >= 1 ? second - 1 : second;
    }

    private static (int Total, int Heaviest) Weigh(ReadOnlySpan<Endpoint> endpoints)
    {
        var (total, heaviest) = (0, 0);
        foreach (var endpoint in endpoints)
        {
            total += endpoint.Weight;
            heaviest = Math.Max(heaviest, endpoint.Weight);
        }

        return (total, heaviest);
    }

    private static Endpoint At(ReadOnlySpan<Endpoint> endpoints, double point)
    {
        foreach (var endpoint in endpoints[..^1])
        {
            point -= endpoint.Weight;
            if (point < 0)
            {
                return endpoint;
            }
        }

        return endpoints[^1];
    }
}
