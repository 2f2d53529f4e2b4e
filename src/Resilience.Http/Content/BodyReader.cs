namespace Resilience.Http.Content;

/// <summary>
/// The streams in which a body is read by somebody who does not send it, such as a handler inside the chain that signs it. A content
/// makes its
/// stream once and keeps it, so the next attempt would find it at its end.
/// </summary>
internal sealed class BodyReader(HttpContent original, BodySource source)
{
    /// <summary>A stream that can seek may have been read in part before the call.</summary>
    private readonly long _begins = source == BodySource.Seekable ? BodyStream.Beginning(original) : 0;
    private Stream? _handed;
    private long _handedAt;

    /// <summary>A handler gets this stream.</summary>
    public void Hand(Stream stream)
    {
        _handed = stream;
        _handedAt = stream.CanSeek ? stream.Position : 0;
    }

    /// <exception cref="ObjectDisposedException">The stream that a handler has read was disposed of, or the content that is
    /// needed.</exception>
    public void Rewind(bool needsOriginal)
    {
        if (needsOriginal)
        {
            BodyStream.ThrowIfDisposed(original);
        }

        if (source == BodySource.Seekable && original is StreamContent)
        {
            BodyStream.Rewind(original, _begins);
        }

        if (_handed is { } stream)
        {
            ObjectDisposedException.ThrowIf(!stream.CanRead, stream);
            if (stream.CanSeek)
            {
                stream.Position = _handedAt;
            }
        }
    }
}
