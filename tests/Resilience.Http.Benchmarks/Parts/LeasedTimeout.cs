using Resilience.Http.Timeouts;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>Ours: a leased source whose timer is left to tick.</summary>
internal sealed class LeasedTimeout(TimeSpan timeout) : IPart
{
    private readonly TimeoutLeasePool _pool = new(TimeProvider.System);

    public void Repeat(int times)
    {
        using var caller = new CancellationTokenSource();
        var now = _pool.Clock.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            _pool.Rent(_pool.DeadlineAfter(now, timeout), caller.Token).Return();
        }
    }
}
