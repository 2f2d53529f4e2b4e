using Resilience.Http.Content;
using Resilience.Http.Requests;

namespace Resilience.Http.Chaos.Injection;

/// <summary>
/// Gives bytes no faster than its pace, a tenth of a second's worth at a time. It waits before it reads, so that a wait that is canceled
/// loses no byte; a reader that is slower than the pace is not slowed further.
/// </summary>
internal sealed class SlowStream(Stream inner, int bytesPerSecond, TimeProvider clock, FaultSlot place) : WrappedStream(inner)
{
    private readonly int _portion = Math.Max(1, bytesPerSecond / 10);
    private long _begunAt;
    private long _given;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var portion = buffer[..Math.Min(buffer.Length, _portion)];
        var wait = WaitFor(portion.Length);
        if (wait > TimeSpan.Zero)
        {
            ClockWait.Block(wait, clock, CancellationToken.None);
        }

        return Count(Inner.Read(portion), portion.Length);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var portion = buffer[..Math.Min(buffer.Length, _portion)];
        var wait = WaitFor(portion.Length);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }

        return Count(await Inner.ReadAsync(portion, cancellationToken).ConfigureAwait(false), portion.Length);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
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
            place.Dispose(); // the end, in case the response is never disposed
        }

        return read;
    }
}
