using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Resilience.Http.Dashboard.Streaming;

/// <summary>Somebody who watches. What waits for a viewer is bounded: one that does not read is dropped, and may come back.</summary>
/// <param name="missed">The events that came while the viewer was away; <see langword="null"/> if it needs the whole state.</param>
/// <param name="after">The number of the last event before it came.</param>
internal sealed class Viewer(IReadOnlyList<StreamItem>? missed, long after) : IDisposable
{
    /// <summary>Half a minute, if the services are quiet.</summary>
    public const int MostWaiting = 32;

    private readonly Channel<StreamItem> _waiting = Channel.CreateBounded<StreamItem>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly CancellationTokenSource _dropped = new();

    /// <summary>Cancelled when it was too slow.</summary>
    public CancellationToken Dropped => _dropped.Token;

    /// <returns>False if too much waits already.</returns>
    public bool TrySend(StreamItem item) => _waiting.Writer.TryWrite(item);

    public void Drop() => _dropped.Cancel();

    public async IAsyncEnumerable<StreamItem> ReadAsync(
        Func<string> snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (missed is null)
        {
            yield return new(after, StreamItem.Snapshot, snapshot());
        }

        foreach (var item in missed ?? [])
        {
            yield return item;
        }

        await foreach (var item in _waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    public void Dispose() => _dropped.Dispose();
}
