using Resilience.Http.ConcurrencyLimit;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>Ours: a permit and its return, one atomic step each while nothing waits.</summary>
internal sealed class PermitPart(int limit) : IPart
{
    private readonly ConcurrencyLimiter _limiter = new(limit);

    public void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (_limiter.TryAcquire())
            {
                _limiter.Release();
            }
        }
    }
}
