namespace Resilience.Http.Tests.ConcurrencyLimit.Simulation;

/// <summary>What came of a run. Seconds and shares count from second 10 on, unless said otherwise.</summary>
internal sealed class QueueResult(int seconds, int clients)
{
    private const int Start = 10;

    private readonly List<double>[] _latencies = [.. Enumerable.Range(0, seconds).Select(static _ => new List<double>())];
    private readonly int[] _offered = new int[seconds];
    private readonly int[] _rejected = new int[seconds];
    private readonly int[] _perClient = new int[clients];
    private readonly List<(double At, int Limit)> _limits = [];

    public int Burst { get; set; }

    public int BurstRejected { get; set; }

    /// <summary>The lasting limit of the first client, four times a second.</summary>
    public IReadOnlyList<(double At, int Limit)> Limits => _limits;

    /// <summary>The smallest client's share of the mean client's.</summary>
    public double LeastServed => _perClient.Min() / Math.Max(1, _perClient.Average());

    public int LastLimit => _limits[^1].Limit;

    public void Offer(double now) => _offered[(int)now]++;

    public void Reject(double now) => _rejected[(int)now]++;

    public void NoteLimit(double now, int limit) => _limits.Add((now, limit));

    public void Answer(double now, double latency, int client)
    {
        _latencies[(int)now].Add(latency);
        _perClient[client] += now >= Start ? 1 : 0;
    }

    public double Goodput(int from = Start, int? to = null) => _latencies[from..(to ?? seconds)].Average(static second => second.Count);

    public double RejectedShare(int from = Start, int? to = null) =>
        (double)_rejected[from..(to ?? seconds)].Sum() / Math.Max(1, _offered[from..(to ?? seconds)].Sum());

    public int Rejected(int from = Start) => _rejected[from..].Sum();

    public double P99(int from = Start, int? to = null)
    {
        double[] sorted = [.. _latencies[from..(to ?? seconds)].SelectMany(static second => second).Order()];
        return sorted.Length == 0 ? double.PositiveInfinity : sorted[(int)(sorted.Length * 0.99)];
    }

    public int LowestLimit(double from = 0) => _limits.Where(limit => limit.At >= from).Min(static limit => limit.Limit);

    public int LimitAt(double time) => _limits.Last(limit => limit.At <= time).Limit;
}
