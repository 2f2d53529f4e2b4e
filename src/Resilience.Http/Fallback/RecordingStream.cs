using Resilience.Http.Content;

namespace Resilience.Http.Fallback;

/// <summary>Copies what is read, up to a bound, and hands the copy over when the end was reached.</summary>
internal sealed class RecordingStream(Stream inner, int maxBody, Action<byte[]> keep) : WrappedStream(inner)
{
    private MemoryStream? _copy = new();

    /// <summary>Keeps nothing, whatever is read from now on.</summary>
    public void Forget() => Interlocked.Exchange(ref _copy, null);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = Inner.Read(buffer);
            Record(buffer, read);
            return read;
        }
        catch
        {
            Forget(); // What a broken connection reads as next may look like its end.
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            Record(buffer.Span, read);
            return read;
        }
        catch
        {
            Forget();
            throw;
        }
    }

    public override ValueTask DisposeAsync()
    {
        Forget();
        return base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// A connection that is disposed of during a read reads as ended, so the end alone proves nothing. A reader that disposes of it
    /// says so before, here or to the content.
    /// </summary>
    private void Record(ReadOnlySpan<byte> buffer, int read)
    {
        var copy = Volatile.Read(ref _copy);

        // A read into an empty buffer returns zero without being the end.
        if (copy is null || buffer.IsEmpty)
        {
            return;
        }

        if (read == 0)
        {
            if (Interlocked.Exchange(ref _copy, null) is not null)
            {
                keep(copy.ToArray());
            }
        }
        else if (copy.Length + read > maxBody)
        {
            Forget();
        }
        else
        {
            copy.Write(buffer[..read]);
        }
    }
}
