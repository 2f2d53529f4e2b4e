namespace Resilience.Http.Content;

/// <summary>The stream that a content makes of its body when it is first asked for one, and keeps.</summary>
internal static class BodyStream
{
    /// <summary>
    /// The stream. A content gives it synchronously or asynchronously: once it was asked the second way, it refuses the first.
    /// </summary>
    public static Stream Open(HttpContent content)
    {
        try
        {
            return content.ReadAsStream();
        }
        catch (HttpRequestException) when (content.ReadAsStreamAsync() is { IsCompletedSuccessfully: true } given)
        {
            return given.Result;
        }
    }

    /// <summary>Where the body begins in its stream.</summary>
    public static long Beginning(HttpContent content)
    {
        try
        {
            return content is StreamContent && Open(content) is { CanSeek: true } stream ? stream.Position : 0;
        }
        catch (Exception)
        {
            return 0; // Whatever is wrong with it, the caller learns it from the attempt that reads it.
        }
    }

    /// <summary>Puts the stream of a body that is at hand back to its beginning.</summary>
    /// <exception cref="ObjectDisposedException">The content or its stream was disposed of, so the body cannot be sent
    /// again.</exception>
    public static void Rewind(HttpContent content, long beginning)
    {
        try
        {
            var stream = Open(content);
            ObjectDisposedException.ThrowIf(!stream.CanRead, stream);
            if (stream.CanSeek && stream.Position != beginning)
            {
                stream.Position = beginning;
            }
        }
        catch (Exception exception) when (exception is not ObjectDisposedException)
        {
            // As above.
        }
    }

    /// <summary>
    /// Throws if a content was disposed of. A content that is asked to copy itself nowhere looks at that first and does nothing else: its
    /// headers and its stream may be in use by another call that sends the same content.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The content was disposed of.</exception>
    public static void ThrowIfDisposed(HttpContent content)
    {
        try
        {
            content.CopyTo(stream: null!, context: null, CancellationToken.None);
        }
        catch (ArgumentNullException)
        {
            // Not disposed of.
        }
    }
}
