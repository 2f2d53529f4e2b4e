namespace Resilience.Http.Content;

/// <summary>
/// Where a body is written to: passes everything on at once, counts it, keeps a copy if there is room for one, and notes whether a write
/// failed.
/// Long writes are passed on in pieces, because only a write that has ended shows that the connection still takes something.
/// </summary>
internal sealed class WatchedStream(Stream target, BodyWatch watch, KeptBytes? copy) : Stream
{
    /// <summary>As long as a record of TLS or a usual frame of HTTP/2. At 10 s a piece, that is a link of 1.6 KB/s.</summary>
    private const int Piece = 16 * 1024;

    public BodyWatch Watch => watch;

    /// <summary>How many bytes were given to it, those of a failed write included.</summary>
    public long Written { get; private set; }

    /// <summary>What the target threw.</summary>
    public Exception? Fault { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override bool CanTimeout => target.CanTimeout;

    public override int WriteTimeout
    {
        get => target.WriteTimeout;
        set => target.WriteTimeout = value;
    }

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > Piece)
        {
            return WritePiecesAsync(buffer, cancellationToken);
        }

        Begin(buffer.Span);
        ValueTask writing;
        try
        {
            writing = target.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception exception)
        {
            Fault = exception;
            throw;
        }

        if (!writing.IsCompletedSuccessfully)
        {
            return AwaitAsync(writing, buffer.Length);
        }

        writing.GetAwaiter().GetResult(); // A pooled source is given back by it.
        watch.Take(buffer.Length);
        return default;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        do
        {
            var piece = buffer[..Math.Min(Piece, buffer.Length)];
            Begin(piece);
            try
            {
                target.Write(piece);
            }
            catch (Exception exception)
            {
                Fault = exception;
                throw;
            }

            watch.Take(piece.Length);
            buffer = buffer[piece.Length..];
        }
        while (!buffer.IsEmpty);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    public override void WriteByte(byte value) => Write([value]);

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override void Flush()
    {
        try
        {
            target.Flush();
        }
        catch (Exception exception)
        {
            Fault = exception;
            throw;
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await target.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fault = exception;
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Begin(ReadOnlySpan<byte> bytes)
    {
        Written += bytes.Length;
        copy?.Append(bytes);
        watch.Enter(BodyPhase.AwaitsConnection);
    }

    private async ValueTask AwaitAsync(ValueTask writing, int count)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fault = exception;
            throw;
        }

        watch.Take(count);
    }

    private async ValueTask WritePiecesAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        for (var rest = buffer; !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
        {
            await WriteAsync(rest[..Math.Min(Piece, rest.Length)], cancellationToken).ConfigureAwait(false);
        }
    }
}
