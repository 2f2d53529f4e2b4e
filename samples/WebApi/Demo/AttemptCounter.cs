namespace WebApi.Demo;

/// <summary>Counts what the API sends to payments. It stands inside the chain, so it sees each attempt, and refused ones not at all.</summary>
internal sealed class AttemptCounter
{
    private static readonly HttpRequestOptionsKey<bool> SentBefore = new("demo.sent-before");

    private int _sent;
    private int _retried;

    public int Sent => Volatile.Read(ref _sent);

    /// <summary>How many of them were sent again.</summary>
    public int Retried => Volatile.Read(ref _retried);

    private void Count(HttpRequestMessage request)
    {
        Interlocked.Increment(ref _sent);
        if (request.Options.TryGetValue(SentBefore, out _))
        {
            Interlocked.Increment(ref _retried);
        }

        request.Options.Set(SentBefore, true);
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
