namespace Resilience.Http.Fleet.Running;

/// <summary>What the fleet counts, for metrics and tests.</summary>
internal sealed class FleetCounters
{
    private long _commands;
    private long _failures;
    private long _shared;

    /// <summary>Commands that were sent to the store.</summary>
    public long Commands => Interlocked.Read(ref _commands);

    /// <summary>Exchanges that failed.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Circuits that took part in a break of the fleet without having opened by themselves.</summary>
    public long OpenedByOthers => Interlocked.Read(ref _shared);

    public void Command() => Interlocked.Increment(ref _commands);

    public void Fail() => Interlocked.Increment(ref _failures);

    public void OpenByOthers() => Interlocked.Increment(ref _shared);
}
