namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// A body that comes in pieces of five bytes, each after a pause on a clock; cannot be rewound, as none that comes from a connection can.
/// </summary>
internal sealed class DripStream(TimeProvider clock, params TimeSpan[] pauses) : Stream
{
    public const int Piece = 5;

    private int _next;
    private int _left;

    public bool IsDisposed { get; private set; }

    public Exception? ThrowsAtOnce { get; set; }

    public Exception? ThrowsLate { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ThrowsAtOnce is null ? DripAsync(buffer, cancellationToken) : throw ThrowsAtOnce;

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new InvalidOperationException("Blocks for as long as the server likes.");

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

    private async ValueTask<int> DripAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_left == 0)
        {
            if (_next == pauses.Length)
            {
                return 0;
            }

            if (pauses[_next] != TimeSpan.Zero)
            {
                await Task.Delay(pauses[_next], clock, cancellationToken);
            }

            if (ThrowsLate is not null)
            {
                throw ThrowsLate;
            }

            _left = Piece;
            _next++;
        }

        var count = Math.Min(_left, buffer.Length);
        buffer.Span[..count].Fill((byte)'x');
        _left -= count;
        return count;
    }
}
