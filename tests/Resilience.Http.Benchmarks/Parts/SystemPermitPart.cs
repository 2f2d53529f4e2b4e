namespace Resilience.Http.Benchmarks.Parts;

/// <summary>
/// The limiter of .NET, which Microsoft.Extensions.Http.Resilience puts around each call: a lock, and an object for each lease.
/// </summary>
internal sealed class SystemPermitPart(int limit) : IPart, IDisposable
{
    private readonly System.Threading.RateLimiting.ConcurrencyLimiter _limiter = new(new() { PermitLimit = limit });

    public void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var lease = _limiter.AttemptAcquire();
        }
    }

    public void Dispose() => _limiter.Dispose();
}
