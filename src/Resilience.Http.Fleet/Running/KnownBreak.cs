using Resilience.Http.Fleet.Rules;

namespace Resilience.Http.Fleet.Running;

/// <summary>The record of a break as this replica knows it.</summary>
/// <param name="Version">Its version; 0 if there is none.</param>
/// <param name="Record">What it holds; <see langword="null"/> if there is none, or none that can be read.</param>
internal sealed record KnownBreak(long Version, BreakRecord? Record)
{
    public static KnownBreak None { get; } = new(0, null);

    /// <summary>The break that is in force.</summary>
    public BreakRecord? Current => Record is { IsClosed: false } ? Record : null;

    /// <summary>Votes are for the time since the fleet last closed: those from before it count for nothing.</summary>
    public string Episode => Record is { IsClosed: true } closed ? closed.Id : "0";

    /// <param name="record">What the store has.</param>
    /// <param name="now">
    /// The store's time. A break that begins later was written by another clock, before a failover to this one. It would last until this
    /// clock catches up, so it counts for nothing.
    /// </param>
    public static KnownBreak From(FleetRecord? record, long now)
    {
        var known = FleetJson.ReadBreak(record?.Value);
        return new(record?.Version ?? 0, known?.BeganAt - now > FleetTimes.ClockError.TotalMilliseconds ? null : known);
    }
}
