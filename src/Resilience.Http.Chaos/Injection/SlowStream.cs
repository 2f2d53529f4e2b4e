namespace Resilience.Http.Chaos.Injection;

/// <summary>
/// Gives bytes no faster than its pace, a tenth of a second's worth at a time. It waits before it reads, so that a wait that is cancelled
/// loses no byte; a reader that is slower than the pace is not slowed further.
/// </summary>
internal sealed class SlowStream(Stream inner, int bytesPerSecond, TimeProvider clock, FaultPlace place) : Stream
{
    private readonly int _portion = Math.Max(1, bytesPerSecond / 10);
    private long _begunAt;
    private long _given;

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
        var portion = buffer[..Math.Min(buffer.Length, _portion)];
        var wait = WaitFor(portion.Length);
        if (wait > TimeSpan.Zero)
        {
            ClockWait.Block(wait, clock, CancellationToken.None);
        }

        return Count(inner.Read(portion), portion.Length);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var portion = buffer[..Math.Min(buffer.Length, _portion)];
        var wait = WaitFor(portion.Length);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }

        return Count(await inner.ReadAsync(portion, cancellationToken).ConfigureAwait(false), portion.Length);
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
            inner.Dispose();
            place.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>How long until so many bytes more are due, at the pace since the first read.</summary>
    private TimeSpan WaitFor(int bytes)
    {
        if (_given == 0)
        {
            _begunAt = clock.GetTimestamp();
        }

        return TimeSpan.FromSeconds((double)(_given + bytes) / bytesPerSecond) - clock.GetElapsedTime(_begunAt);
    }

    private int Count(int read, int asked)
    {
        _given += read;
        if (read == 0 && asked > 0)
        {
            place.Dispose(); // the end: whoever forgets to dispose the response holds no place
        }

        return read;
    }
}
