using System.Text.Json;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>What happened in a replica: a state of its circuit, or a log event about the store.</summary>
/// <param name="WithFleet">Whether the replica takes part in the fleet.</param>
/// <param name="Replica">Its number.</param>
/// <param name="What"><c>Open</c>, <c>Closed</c>, <c>StoreLost</c>, <c>StoreBack</c> and so on.</param>
/// <param name="At">When.</param>
internal sealed record ReplicaEvent(bool WithFleet, int Replica, string What, double At);

/// <summary>The calls of one phase.</summary>
/// <param name="WithFleet">Whether the replicas take part in the fleet.</param>
/// <param name="Phase">The name of the phase.</param>
/// <param name="Failed">Calls without a good answer.</param>
/// <param name="Microseconds">How long each took.</param>
internal sealed record PhaseCalls(bool WithFleet, string Phase, int Failed, IReadOnlyList<int> Microseconds);

/// <summary>What a process of replicas saw; travels as JSON.</summary>
internal sealed record ReplicaFigures(IReadOnlyList<ReplicaEvent> Events, IReadOnlyList<PhaseCalls> Calls)
{
    public override string ToString() => JsonSerializer.Serialize(this);

    public static ReplicaFigures Parse(string json) => JsonSerializer.Deserialize<ReplicaFigures>(json)!;

    public static ReplicaFigures Merge(IReadOnlyCollection<ReplicaFigures> parts) => new(
        [.. parts.SelectMany(static part => part.Events).OrderBy(static each => each.At)],
        [
            .. parts.SelectMany(static part => part.Calls)
                .GroupBy(static calls => (calls.WithFleet, calls.Phase))
                .Select(static group => new PhaseCalls(
                    group.Key.WithFleet,
                    group.Key.Phase,
                    group.Sum(static calls => calls.Failed),
                    [.. group.SelectMany(static calls => calls.Microseconds).Order()])),
        ]);
}
