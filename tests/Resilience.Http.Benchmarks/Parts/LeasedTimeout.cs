using Resilience.Http.Timeouts;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>Ours: a leased source whose timer is left to tick. The reading of the clock, which the chain shares with others, is counted here.</summary>
internal sealed class LeasedTimeout(TimeSpan timeout) : IPart
{
    private readonly TimeoutLeasePool _pool = new(TimeProvider.System);

    public void Repeat(int times)
    {
        using var caller = new CancellationTokenSource();
        for (var i = 0; i < times; i++)
        {
            var deadline = _pool.DeadlineAfter(_pool.Clock.GetTimestamp(), timeout);
            _pool.Rent(deadline, caller.Token).Return();
        }
    }
}
