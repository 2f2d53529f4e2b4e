using System.Collections.Concurrent;

namespace Resilience.Http.Benchmarks.Soak;

/// <summary>How the calls of a soak ended: by status, or by the type of their exception.</summary>
internal sealed class Results
{
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private long _total;

    public long Total => Volatile.Read(ref _total);

    public void Count(string result)
    {
        Interlocked.Increment(ref _total);
        _counts.AddOrUpdate(result, 1, static (_, count) => count + 1);
    }

    public override string ToString() =>
        string.Join(", ", _counts.OrderByDescending(result => result.Value).Select(result => $"{result.Key} {result.Value:N0}"));
}
