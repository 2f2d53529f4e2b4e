using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A pool of leases on a virtual clock.</summary>
internal sealed class TimeoutLeaseFixture : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    public TimeoutLeaseFixture() => Pool = new TimeoutLeasePool(Clock);

    public VirtualTimeProvider Clock { get; } = new();

    public LogLines Log { get; } = new();

    public TimeoutLeasePool Pool { get; }

    public TimeoutLease Rent(TimeSpan timeout, CancellationToken caller = default) => Pool.Rent(timeout, Log, caller);

    public void Dispose() => Log.Dispose();
}
