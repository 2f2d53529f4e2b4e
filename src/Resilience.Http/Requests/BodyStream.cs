using System.Net.Http.Json;

namespace Resilience.Http.Requests;

/// <summary>
/// The stream that a content makes of its body for whoever asks, and keeps. A handler inside the chain that has read it, to sign the body say,
/// would find it at its end at the next attempt.
/// </summary>
internal static class BodyStream
{
    /// <summary>The stream. A content gives it synchronously or asynchronously: once it was asked the second way, it refuses the first.</summary>
    public static Stream Of(HttpContent content)
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

    /// <summary>Where the body begins in its stream: the one of a <see cref="StreamContent"/> may have been read in part before.</summary>
    public static long Beginning(HttpContent content)
    {
        try
        {
            return content is StreamContent && Of(content) is { CanSeek: true } stream ? stream.Position : 0;
        }
        catch (Exception)
        {
            return 0; // Whatever is wrong with it, the caller hears of it from the attempt that reads it.
        }
    }

    /// <summary>Puts the stream back to the beginning of the body. No header may tell its length.</summary>
    /// <exception cref="ObjectDisposedException">The content was disposed of, or the stream: whoever did that would ask for it again.</exception>
    public static void Rewind(HttpContent content, long beginning)
    {
        try
        {
            _ = content.Headers.ContentLength; // Asked by no header, a content works it out: one that was disposed of throws, of whatever kind it is.
            if (!IsAtHand(content))
            {
                return;
            }

            var stream = Of(content);
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

    /// <summary>Whether nothing is written or read to come by the stream. A JSON body is written for it, and its length is known only after that.</summary>
    private static bool IsAtHand(HttpContent content) => content switch
    {
        ReadAheadContent => false,
        ByteArrayContent or ReadOnlyMemoryContent or StreamContent => true,
        JsonContent => content.Headers.ContentLength is not null,
        _ => false,
    };
}
