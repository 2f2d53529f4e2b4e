using System.Collections.Concurrent;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>Collects what the replicas of a process see, by phase.</summary>
internal sealed class ReplicaJournal
{
    private readonly ConcurrentQueue<ReplicaEvent> _events = new();
    private readonly ConcurrentQueue<(bool WithFleet, string Phase, bool Failed, int Microseconds)> _calls = new();
    private volatile string _phase = "warm-up";

    /// <summary>The phase that calls count for; each counts for the one in which it began.</summary>
    public string Phase
    {
        get => _phase;
        set => _phase = value;
    }

    public void Add(ReplicaEvent happened) => _events.Enqueue(happened);

    public void Add(bool withFleet, string phase, bool failed, TimeSpan duration) =>
        _calls.Enqueue((withFleet, phase, failed, (int)duration.TotalMicroseconds));

    public ReplicaFigures Read() => new(
        [.. _events],
        [
            .. _calls.GroupBy(static call => (call.WithFleet, call.Phase))
                .Select(static group => new PhaseCalls(
                    group.Key.WithFleet,
                    group.Key.Phase,
                    group.Count(static call => call.Failed),
                    [.. group.Select(static call => call.Microseconds)])),
        ]);
}
