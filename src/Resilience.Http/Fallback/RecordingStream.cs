using Resilience.Http.Requests;

namespace Resilience.Http.Fallback;

/// <summary>Copies what is read, up to a bound, and hands the copy over when the end was reached.</summary>
internal sealed class RecordingStream(Stream inner, int maxBody, Action<byte[]> keep) : WrappedStream(inner)
{
    private MemoryStream? _copy = new();

    /// <summary>Keeps nothing, whatever is read from now on.</summary>
    public void Forget() => _copy = null;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = Inner.Read(buffer);
        Record(buffer, read);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Record(buffer.Span, read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
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
