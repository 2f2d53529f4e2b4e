using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>Ours: a source that stays with whoever uses it, and whose timer is left to tick.</summary>
internal sealed class KeptTimeout(TimeSpan timeout) : IPart
{
    private readonly TimeoutLeasePool _pool = TimeoutLeasePool.GetOrCreate(new ResilienceRuntime());

    public void Repeat(int times)
    {
        using var caller = new CancellationTokenSource();
        TimeoutSource? kept = null;
        var now = _pool.Clock.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            kept = _pool.Rent(kept);
            kept.Begin(now, _pool.Clock.After(now, timeout), NullLogger.Instance, caller.Token);
            _pool.TryKeepInPlace(kept);
        }

        _pool.Keep(kept!);
    }
}
