using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A pool of leases in a process whose clock and whose queue a test can hold.</summary>
internal sealed class ProcessBehindFixture
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    public ProcessBehindFixture()
    {
        Clock = new SuspendedClock(Time);
        Pool = new TimeoutLeasePool(Clock, Queue);
    }

    public VirtualTimeProvider Time { get; } = new();

    public SuspendedClock Clock { get; }

    public HeldQueue Queue { get; } = new();

    public TimeoutLeasePool Pool { get; }

    public TimeoutLease Rent() => Pool.Rent(Limit, NullLogger.Instance, CancellationToken.None);
}
