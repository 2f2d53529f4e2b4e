namespace Resilience.Http.Timeouts;

/// <summary>Blocking reads. Spans and single bytes come through here as well.</summary>
internal sealed partial class IdleTimedStream
{
    /// <summary>
    /// The body of a connection is read in place: an asynchronous read needs a free thread of the pool to complete, and blocking readers
    /// may hold them all. Any other stream is read asynchronously, since nothing else is known to end its reads in time.
    /// </summary>
    public override int Read(byte[] buffer, int offset, int count) => limit.Connection == BodyConnection.None
        ? ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult()
        : ReadInPlace(buffer, offset, count);

    private int ReadInPlace(byte[] buffer, int offset, int count)
    {
        if (_timedOut is not null)
        {
            throw _timedOut;
        }

        var lease = limit.RentForBlocking();
        var cancellation = lease.Token.UnsafeRegister(static state => ((IdleTimedStream)state!).CutConnection(), this);
        try
        {
            return Received(Inner.Read(buffer, offset, count), count, lease);
        }
        catch (Exception exception) when ((lease.HasFired || _mayBeCut) && exception != _timedOut)
        {
            throw Cut(lease, exception);
        }
        finally
        {
            cancellation.Dispose();
            lease.Return();
        }
    }

    /// <summary>
    /// Ends a blocking read. Seen on .NET 10: disposing of the stream does it at once over TLS and HTTP/2. Over plain HTTP/1.1 it would
    /// first drain the connection for two seconds beside the blocked reader; there the cancellation of a second read closes it.
    /// </summary>
    private void CutConnection()
    {
        if (limit.Connection == BodyConnection.Http1)
        {
            using var cut = new CancellationTokenSource();
            var second = CutReadAsync(cut.Token);
            cut.Cancel();
            _ = second;
        }

        Inner.Dispose();
    }

    private async Task CutReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Inner.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The connection is cut, or refuses a second read and is disposed of next.
        }
    }
}
