namespace Resilience.Http.Tests.Retry;

/// <summary>A stream that can be read only once, in small pieces, as a socket or a pipe is; it may fail or hang on the way.</summary>
internal sealed class OneShotStream(byte[] bytes, int chunk = 16 * 1024, int? failAt = null, Exception? fault = null, int? hangAt = null)
    : Stream
{
    private int _position;

    public bool IsDisposed { get; private set; }

    /// <summary>How much of it was read.</summary>
    public int ReadSoFar => _position;

    public override bool CanRead => !IsDisposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_position >= failAt)
        {
            throw fault!;
        }

        var until = Math.Min(bytes.Length, Math.Min(failAt ?? int.MaxValue, hangAt ?? int.MaxValue));
        var count = Math.Min(Math.Min(chunk, buffer.Length), until - _position);
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= hangAt)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        return Read(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
