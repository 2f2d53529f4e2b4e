using System.Globalization;
using System.Threading.Channels;
using WebApi.Startup;

namespace WebApi.Charging;

/// <summary>Charges that wait until payments is back. Bounded: a queue without end only hides an outage until memory runs out.</summary>
internal sealed class ChargeQueue(IConfiguration configuration)
{
    private const string CapacityKey = "Charging:QueueCapacity";

    private readonly Channel<QueuedCharge> _waiting = Channel.CreateBounded<QueuedCharge>(CapacityIn(configuration));
    private int _pending;

    /// <summary>How many charges were taken in and are not made yet.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <returns>False where the queue is full.</returns>
    public bool TryAdd(QueuedCharge charge)
    {
        Interlocked.Increment(ref _pending);
        if (_waiting.Writer.TryWrite(charge))
        {
            return true;
        }

        Interlocked.Decrement(ref _pending);
        return false;
    }

    public IAsyncEnumerable<QueuedCharge> ReadAllAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAllAsync(cancellationToken);

    public void Done() => Interlocked.Decrement(ref _pending);

    private static int CapacityIn(IConfiguration configuration) => configuration[CapacityKey] switch
    {
        null => 500,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var capacity) && capacity > 0 => capacity,
        var text => throw new StartupException($"{CapacityKey} = \"{text}\": write how many charges may wait, 1 or more."),
    };
}
