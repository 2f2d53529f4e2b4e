namespace Resilience.Http.Content;

/// <summary>How a body is measured, and read by somebody who does not send it, such as a handler inside the chain that signs it.</summary>
internal sealed partial class RequestBody
{
    private readonly BodyReader _reader = new(original, source);
    private bool? _hasLength;
    private long _declared;

    /// <summary>The length that the original declares. It is asked once: after it was written it may not know any more.</summary>
    public bool TryComputeLength(out long length)
    {
        if (_hasLength is not { } known)
        {
            var declared = AskLength();
            _declared = declared ?? 0;
            _hasLength = known = declared is not null;
        }

        length = _declared;
        return known;
    }

    /// <summary>The stream of the copy, or else the original's own.</summary>
    public Stream OpenRead(CancellationToken cancellationToken) =>
        OpenCopy() ?? Hand(Readable().ReadAsStream(cancellationToken));

    public async Task<Stream> OpenReadAsync(CancellationToken cancellationToken) =>
        OpenCopy() ?? Hand(await Readable().ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Prepares the next attempt: a reader of the body finds it at its beginning again.</summary>
    /// <exception cref="ObjectDisposedException">The content was disposed of, or the stream that a handler has read.</exception>
    public void Rewind()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _reader.Rewind(needsOriginal: !_copy.IsComplete);
    }

    private long? AskLength()
    {
        try
        {
            return original.Headers.ContentLength;
        }
        catch
        {
            CurrentWatch?.Enter(BodyPhase.Failed); // Such as a file on a share that is gone: not the connection's fault.
            throw;
        }
    }

    private HttpContent Readable() => CanBeginIn(_state) ? original : throw AlreadyRead();

    private MemoryStream? OpenCopy()
    {
        if (!_copy.TryBeginRead(out var bytes))
        {
            return null;
        }

        var stream = new MemoryStream(bytes.ToArray(), writable: false); // Of its own: it may be read for any length of time.
        _copy.EndRead();
        _reader.Hand(stream);
        return stream;
    }

    private Stream Hand(Stream stream)
    {
        if (!stream.CanSeek)
        {
            // It can be read once, and the handler does that.
            if (Interlocked.CompareExchange(ref _state, BodyState.Taken, BodyState.Untouched) != BodyState.Untouched)
            {
                throw AlreadyRead();
            }

            stream = new SourceStream(stream, CurrentWatch);
        }
        else if (_state == BodyState.Complete && source < BodySource.Seekable && stream.Length - stream.Position < _length)
        {
            throw AlreadyRead();
        }

        _reader.Hand(stream);
        return stream;
    }

    private InvalidOperationException AlreadyRead() => new(
        "The body of this request was already read, and it cannot give the same bytes again: it was not sent a second time. " +
        (limit > 0
            ? $"A copy is kept of bodies up to Retry:MaxBufferedBody ({limit} bytes) that are written to their end."
            : "A copy is kept of a body up to Retry:MaxBufferedBody if its request is safe to repeat: " +
              "by its method, an Idempotency-Key header, or AllowRetry()."));
}
