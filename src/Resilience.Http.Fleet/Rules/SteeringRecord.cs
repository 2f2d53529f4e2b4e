using Resilience.Http.Requests;

namespace Resilience.Http.Fleet.Rules;

/// <summary>The last order for each circuit of a service.</summary>
/// <param name="Entries">The orders, by authority.</param>
/// <param name="KeptAt">The store's time at which the record was last written: it is kept alive while a replica reads it.</param>
internal sealed record SteeringRecord(IReadOnlyList<SteeringEntry> Entries, long KeptAt)
{
    /// <summary>The record is gone from the store after this time without a reader.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>How often it is written again.</summary>
    public static readonly TimeSpan KeepEvery = TimeSpan.FromHours(12);

    /// <summary>A replica that was cut off for longer than this does not hear of a reset.</summary>
    private static readonly TimeSpan ResetLifetime = TimeSpan.FromHours(1);

    public static SteeringRecord Empty { get; } = new([], 0);

    /// <summary>With one more order.</summary>
    public SteeringRecord With(SteeringEntry entry, long now) => Pruned(now).Add(entry);

    /// <summary>The orders of both, as if given one after the other: of two for the same circuits, the later one counts.</summary>
    public SteeringRecord Merge(SteeringRecord other) => Entries
        .Concat(other.Entries)
        .Distinct()
        .OrderBy(static entry => entry.At)
        .Aggregate(Empty with { KeptAt = other.KeptAt }, static (merged, entry) => merged.Add(entry));

    /// <summary>The orders that still mean something.</summary>
    public SteeringRecord Pruned(long now) => new([.. Entries.Where(entry => IsLive(entry, now))], now);

    /// <summary>Whether the same orders still mean something in both.</summary>
    public bool SaysTheSameAs(SteeringRecord other, long now) =>
        Pruned(now).Entries.ToHashSet().SetEquals(other.Pruned(now).Entries);

    /// <summary>An order for all circuits replaces those for single ones.</summary>
    private SteeringRecord Add(SteeringEntry entry) => this with
    {
        Entries =
        [
            .. Entries.Where(other => entry.Authority != Authority.AnyAuthority && other.Authority != entry.Authority),
            entry,
        ],
    };

    private bool IsLive(SteeringEntry entry, long now) => entry.Isolates
        ? !(entry.Until <= now)
        : now - entry.At < ResetLifetime.TotalMilliseconds || IsException(entry, now);

    /// <summary>A reset of one circuit is an exception to the isolation of all, for as long as that lasts.</summary>
    private bool IsException(SteeringEntry reset, long now) => Entries.Any(entry =>
        entry is { Authority: Authority.AnyAuthority, Isolates: true } && entry.At < reset.At && IsLive(entry, now));
}
