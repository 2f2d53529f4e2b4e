using Resilience.Http.ConcurrencyLimit;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>Ours with an adaptive limit, which also counts what each send has taken.</summary>
internal sealed class AdaptivePermitPart(TimeProvider clock) : IPart
{
    private readonly AuthorityLimiter _limiter = new(
        "http://localhost", "http://localhost", clock, new() { Enabled = true, Mode = HttpConcurrencyLimitMode.Adaptive });

    public void Repeat(int times)
    {
        var held = new HeldPermit();
        var now = clock.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            if (_limiter.Permits.TryAcquire())
            {
                held.Take(_limiter, now);
                held.Release(out var adaptive, out var inFlight);
                _limiter.OnEnded(adaptive!, now, now, inFlight, ConcurrencyLimit.Adaptive.SendResult.Sample);
            }
        }
    }
}
