namespace Resilience.Http.Content;

/// <summary>The stream that a content makes of its body for whoever asks, and keeps.</summary>
internal static class BodyStream
{
    private const string ContentLength = "Content-Length";

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
    /// <exception cref="ObjectDisposedException">The content was disposed of, or the stream: whoever did that would ask for it
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

    /// <summary>Finds out whether a content was disposed of: asked by no header, it works its length out, and throws if it was.</summary>
    public static void ThrowIfDisposed(HttpContent content)
    {
        var headers = content.Headers;
        var declared = headers.NonValidated.TryGetValues(ContentLength, out var values) ? values.ToString() : null;
        headers.Remove(ContentLength);
        try
        {
            _ = headers.ContentLength;
        }
        catch (Exception exception) when (exception is not ObjectDisposedException)
        {
            // As above.
        }
        finally
        {
            headers.Remove(ContentLength);
            if (declared is not null)
            {
                headers.TryAddWithoutValidation(ContentLength, declared);
            }
        }
    }
}
