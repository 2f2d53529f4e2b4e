using System.Threading.RateLimiting;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>The token bucket of the framework, which reads the clock of the machine.</summary>
internal sealed class FrameworkRateLimit : IPart
{
    private static readonly TokenBucketRateLimiter Limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 1_000_000,
        TokensPerPeriod = 1_000_000,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(1),
        QueueLimit = 0,
    });

    public void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var lease = Limiter.AttemptAcquire();
        }
    }
}
