using System.Net.Sockets;

namespace Resilience.Http.Testing.Server;

/// <summary>
/// A body that stops coming: so many bytes, then reads wait until they are canceled or the stream is disposed of, as on a socket.
/// </summary>
internal sealed class StalledStream(int bytes) : Stream
{
    private readonly CancellationTokenSource _closed = new();
    private int _left = bytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (TryRead(buffer, out var read))
        {
            return read;
        }

        _closed.Token.WaitHandle.WaitOne();
        throw Aborted();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (TryRead(buffer.Span, out var read))
        {
            return read;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, cancellationToken);
        try
        {
            await Cancellation.WaitAsync(async: true, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Aborted();
        }
        catch (OperationCanceledException)
        {
            throw new TaskCanceledException(null, null, cancellationToken);
        }

        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Not disposed of: its token is what a blocked reader waits for.
            _closed.Cancel();
        }

        base.Dispose(disposing);
    }

    private bool TryRead(Span<byte> buffer, out int read)
    {
        ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, this);
        read = Math.Min(buffer.Length, _left);
        buffer[..read].Fill((byte)'.');
        _left -= read;
        return read > 0 || buffer.IsEmpty;
    }

    private static IOException Aborted()
    {
        var socket = new SocketException((int)SocketError.OperationAborted);
        return new($"Unable to read data from the transport connection: {socket.Message}.", socket);
    }
}
