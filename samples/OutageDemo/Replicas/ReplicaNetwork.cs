namespace OutageDemo.Replicas;

/// <summary>The network of one replica: counts what it sends to payments, and can be cut. It runs inside the chain.</summary>
internal sealed class ReplicaNetwork
{
    private int _sent;

    public int Sent => Volatile.Read(ref _sent);

    public bool IsCut { get; set; }

    public sealed class Handler(ReplicaNetwork network) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (network.IsCut)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, "The network of this replica is cut.");
            }

            Interlocked.Increment(ref network._sent);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
