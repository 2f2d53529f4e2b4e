using System.Collections.Concurrent;

namespace OutageDemo.Demo;

/// <summary>Counts what the API sends to payments. It runs inside the chain: once per attempt, and never for a refused one.</summary>
internal sealed class AttemptCounter
{
    private readonly ConcurrentDictionary<string, byte> _keys = new(StringComparer.Ordinal);
    private int _sent;
    private int _retried;
    private int _inFlight;
    private int _mostInFlight;

    public int Sent => Volatile.Read(ref _sent);

    /// <summary>How many of them had a key that was sent before.</summary>
    public int Retried => Volatile.Read(ref _retried);

    /// <summary>The most that were on their way at a time, until their headers arrived.</summary>
    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    private void Begin(HttpRequestMessage request)
    {
        var inFlight = Interlocked.Increment(ref _inFlight);
        for (var most = MostInFlight; inFlight > most; most = MostInFlight)
        {
            Interlocked.CompareExchange(ref _mostInFlight, inFlight, most);
        }

        Interlocked.Increment(ref _sent);
        if (!_keys.TryAdd(request.Headers.GetValues("Idempotency-Key").Single(), 0))
        {
            Interlocked.Increment(ref _retried);
        }
    }

    public sealed class Handler(AttemptCounter counter) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            counter.Begin(request);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref counter._inFlight);
            }
        }
    }
}
