using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Traffic;

/// <summary>Calls that were seen, and the figures taken from them.</summary>
/// <param name="From">Whose calls, for the message when there were none: <c>the client 'payments'</c>.</param>
/// <param name="Succeeded">How many came to a good end.</param>
/// <param name="Durations">
/// The durations of all, sorted, and of those that still ran the time until then; those that their callers gave up left out, since they say
/// nothing.
/// </param>
/// <param name="Began">How many began.</param>
/// <param name="Sends">How many requests left the process for them.</param>
internal sealed record TrafficSample(string From, int Succeeded, IReadOnlyList<TimeSpan> Durations, long Began, long Sends)
{
    public double SuccessRate => (double)Succeeded / Ended;

    /// <summary>By nearest rank: the smallest duration that at least 95 of 100 calls did not exceed.</summary>
    public TimeSpan P95 => Durations[(int)Math.Ceiling(0.95 * Ended) - 1];

    /// <summary>Of the calls that began, however they ended: what was sent for them was sent.</summary>
    public double SendsPerCall => (double)Sends / NotNone(Began);

    public JsonObject ToJson() => new()
    {
        ["calls"] = Durations.Count,
        ["succeeded"] = Succeeded,
        ["success_rate"] = SuccessRate,
        ["p95"] = P95.TotalSeconds,
    };

    private long Ended => Durations.Count == 0 && Began > 0
        ? throw new InvalidOperationException(
            $"No call of {From} that began while the probe watched has ended: their callers cancelled all {Began}.")
        : NotNone(Durations.Count);

    private long NotNone(long calls) => calls > 0
        ? calls
        : throw new InvalidOperationException(
            $"No call of {From} was seen while the probe watched. Check the name of the client, and that it is used.");
}
