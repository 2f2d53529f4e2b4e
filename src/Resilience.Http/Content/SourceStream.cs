namespace Resilience.Http.Content;

/// <summary>
/// A request body that a handler inside the chain reads, such as one that signs it. If a read fails, the body has failed by itself: to the
/// chain the exception looks like that of a connection.
/// </summary>
internal sealed class SourceStream(Stream inner, BodyWatch? watch) : WrappedStream(inner)
{
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Inner.Read(buffer);
        }
        catch
        {
            watch?.Enter(BodyPhase.Failed);
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch when (!cancellationToken.IsCancellationRequested)
        {
            watch?.Enter(BodyPhase.Failed);
            throw;
        }
    }
}
