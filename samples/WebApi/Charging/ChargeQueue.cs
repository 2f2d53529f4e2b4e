using System.Threading.Channels;

namespace WebApi.Charging;

/// <summary>Charges that wait until payments is back. Bounded: a queue without end only hides an outage until memory runs out.</summary>
internal sealed class ChargeQueue(IConfiguration configuration)
{
    // Made at its first use, when all sources of the configuration are in.
    private readonly Lazy<Channel<QueuedCharge>> _waiting =
        new(() => Channel.CreateBounded<QueuedCharge>(configuration.GetValue("Charging:QueueCapacity", 500)));

    private int _pending;

    /// <summary>How many charges were taken in and are not made yet.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <returns>False where the queue is full.</returns>
    public bool TryAdd(QueuedCharge charge)
    {
        Interlocked.Increment(ref _pending);
        if (_waiting.Value.Writer.TryWrite(charge))
        {
            return true;
        }

        Interlocked.Decrement(ref _pending);
        return false;
    }

    public IAsyncEnumerable<QueuedCharge> ReadAllAsync(CancellationToken cancellationToken) => _waiting.Value.Reader.ReadAllAsync(cancellationToken);

    public void Done() => Interlocked.Decrement(ref _pending);
}
