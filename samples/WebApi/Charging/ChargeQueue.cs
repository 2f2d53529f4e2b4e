using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace WebApi.Charging;

/// <summary>Charges that wait until payments is back. Bounded: an unbounded queue hides an outage until memory runs out.</summary>
internal sealed class ChargeQueue(IConfiguration configuration)
{
    private const string CapacityKey = "Charging:QueueCapacity";

    private readonly Channel<QueuedCharge> _waiting = Channel.CreateBounded<QueuedCharge>(ReadCapacity(configuration));

    /// <returns>False if the queue is full.</returns>
    public bool TryAdd(QueuedCharge charge) => _waiting.Writer.TryWrite(charge);

    public IAsyncEnumerable<QueuedCharge> ReadAllAsync(CancellationToken cancellationToken) =>
        _waiting.Reader.ReadAllAsync(cancellationToken);

    private static int ReadCapacity(IConfiguration configuration) => configuration[CapacityKey] switch
    {
        null => 500,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var capacity) && capacity > 0 => capacity,
        var text => throw new OptionsValidationException(
            CapacityKey, typeof(ChargeQueue), [$"{CapacityKey} = \"{text}\" must be the number of charges that may wait, 1 or more."]),
    };
}
