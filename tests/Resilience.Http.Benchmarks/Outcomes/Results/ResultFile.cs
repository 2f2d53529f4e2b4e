using System.Text.Json;

namespace Resilience.Http.Benchmarks.Outcomes.Results;

/// <summary>Results as JSON lines. A scenario is written when it has ended as a whole, so that a pass can be resumed after it.</summary>
internal static class ResultFile
{
    public static IReadOnlyList<OutcomeResult> Read(string path) =>
        File.Exists(path)
            ? [.. File.ReadLines(path)
                .Where(static line => line.Length > 0)
                .Select(static line => JsonSerializer.Deserialize<OutcomeResult>(line)!)]
            : [];

    public static void Append(string path, IEnumerable<OutcomeResult> results) =>
        File.AppendAllLines(path, results.Select(static result => JsonSerializer.Serialize(result)));
}
