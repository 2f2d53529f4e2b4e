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

    public bool HoldsIsolation => Entries.Any(static entry => entry.Isolates);

    /// <summary>With one more order. An order for all circuits replaces those for single ones.</summary>
    public SteeringRecord With(SteeringEntry entry, long now) => new(
        [
            .. Entries.Where(other =>
                IsLive(other, now) && entry.Authority != Authority.AnyAuthority && other.Authority != entry.Authority),
            entry,
        ],
        now);

    /// <summary>The orders that still mean something.</summary>
    public SteeringRecord Pruned(long now) => new([.. Entries.Where(entry => IsLive(entry, now))], now);

    private static bool IsLive(SteeringEntry entry, long now) => entry.Isolates
        ? !(entry.Until <= now)
        : now - entry.At < ResetLifetime.TotalMilliseconds;
}
