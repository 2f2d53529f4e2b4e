using System.Collections.Concurrent;

namespace OutageDemo.Demo;

/// <summary>Counts what the API sends to payments. It runs inside the chain: once per attempt, and never for a refused one.</summary>
internal sealed class AttemptCounter
{
    private readonly ConcurrentDictionary<string, byte> _keys = new(StringComparer.Ordinal);
    private int _sent;
    private int _retried;

    public int Sent => Volatile.Read(ref _sent);

    /// <summary>How many of them had a key that was sent before.</summary>
    public int Retried => Volatile.Read(ref _retried);

    private void Count(HttpRequestMessage request)
    {
        Interlocked.Increment(ref _sent);
        if (!_keys.TryAdd(request.Headers.GetValues("Idempotency-Key").Single(), 0))
        {
            Interlocked.Increment(ref _retried);
        }
    }

    public sealed class Handler(AttemptCounter counter) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            counter.Count(request);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
