using System.Globalization;

namespace Resilience.Http.Tests.Retry.Storms;

/// <summary>The table of docs/retry-storms.md.</summary>
internal static class StormTable
{
    public const int WatchedSeconds = 180;

    private const int Seeds = 5;

    public static readonly int[] Offered = [140, 220, 280];

    public static string Head =>
        "| calls a second | clients | seconds to 95 % goodput | requests sent per call | most calls in flight |\n|---:|---|---:|---:|---:|";

    /// <summary>One line: the range over five seeds, or one figure where they agree.</summary>
    public static string Row(StormPolicy policy, int offered)
    {
        var results = Enumerable.Range(1, Seeds).Select(seed => Storm.Run(policy, offered, seed, WatchedSeconds)).ToArray();
        var recovered = results.Select(result => result.SecondsToRecover is { } seconds ? $"{seconds}" : null);
        var perCall = results.Select(result => result.RequestsPerCall.ToString("0.00", CultureInfo.InvariantCulture));
        return $"| {offered} | {policy} | {Range(recovered)} | {Range(perCall)} | " +
            $"{Range(results.Select(result => $"{result.MostInFlight}"))} |";
    }

    private static string Range(IEnumerable<string?> figures)
    {
        var sorted = figures.Select(figure => figure ?? "never")
            .OrderBy(figure => figure == "never")
            .ThenBy(figure => figure.Length)
            .ThenBy(figure => figure, StringComparer.Ordinal)
            .ToArray();
        return sorted[0] == sorted[^1] ? sorted[0] : $"{sorted[0]} to {sorted[^1]}";
    }
}
