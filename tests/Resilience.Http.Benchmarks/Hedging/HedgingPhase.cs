using System.Collections.Concurrent;

namespace Resilience.Http.Benchmarks.Hedging;

/// <summary>What was counted in one part of the load.</summary>
internal sealed class HedgingPhase
{
    private readonly ConcurrentBag<double> _milliseconds = [];
    private int _calls;
    private int _sends;
    private int _errors;

    public double Extra => (_sends - _calls) / (double)_calls;

    public double Errors => _errors / (double)_calls;

    public void Begin() => Interlocked.Increment(ref _calls);

    public void Send() => Interlocked.Increment(ref _sends);

    public void Answer(TimeSpan duration) => _milliseconds.Add(duration.TotalMilliseconds);

    public void Fail() => Interlocked.Increment(ref _errors);

    public double Percentile(double share)
    {
        var sorted = _milliseconds.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}
