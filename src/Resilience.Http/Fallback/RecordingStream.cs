namespace Resilience.Http.Fallback;

/// <summary>Copies what is read, up to a bound, and hands the copy over when the end was reached.</summary>
internal sealed class RecordingStream(Stream inner, int maxBody, Action<byte[]> keep) : Stream
{
    private MemoryStream? _copy = new();

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Record(buffer, read);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Record(buffer.Span, read);
        return read;
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
            _copy = null;
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Record(ReadOnlySpan<byte> buffer, int read)
    {
        // A read into an empty buffer returns zero without being the end.
        if (_copy is null || buffer.IsEmpty)
        {
            return;
        }

        if (read == 0)
        {
            keep(_copy.ToArray());
            _copy = null;
        }
        else if (_copy.Length + read > maxBody)
        {
            _copy = null;
        }
        else
        {
            _copy.Write(buffer[..read]);
        }
    }
}
