using System.Net.Http.Json;
using System.Runtime.CompilerServices;

namespace Resilience.Http.Content;

/// <summary>How far a content is known to write the same bytes again. Each value includes those before it.</summary>
internal enum BodySource
{
    /// <summary>Nothing is known: only bytes that were kept may be sent again.</summary>
    Unknown,

    /// <summary>
    /// Made from an object each time it is written. A sequence in it may give its items only once, so it counts only after a complete
    /// writing.
    /// </summary>
    Object,

    /// <summary>A stream that can seek. It starts over after a writing that was cut, but serves one writer at a time.</summary>
    Seekable,

    /// <summary>Bytes in memory, for any number of writers.</summary>
    Memory,
}

internal static class BodySources
{
    /// <summary>
    /// Goes by exact types: what derives from a stream or multipart content may write something else. What derives from
    /// <see cref="ByteArrayContent"/> is trusted, because its bytes are in memory, and the length of each further writing is checked.
    /// </summary>
    public static BodySource Of(HttpContent content) => content switch
    {
        IStandIn standIn => standIn.Body.Source,
        ByteArrayContent or ReadOnlyMemoryContent => BodySource.Memory,
        JsonContent json => IsEnumeratedAsync(json) ? BodySource.Unknown : BodySource.Object,
        StreamContent when content.GetType() == typeof(StreamContent) => CanSeek(content) ? BodySource.Seekable : BodySource.Unknown,
        MultipartContent parts when content.GetType().Assembly == typeof(MultipartContent).Assembly => Least(parts),
        _ => BodySource.Unknown,
    };

    /// <summary>
    /// Whether a body is in memory and not longer than a limit. Such a body cannot fail and is sent in no time, so there is no need to
    /// watch it.
    /// </summary>
    public static bool IsShortAndInMemory(HttpContent content, int limit)
    {
        var type = content.GetType();
        return (type == typeof(StringContent)
                || type == typeof(ByteArrayContent)
                || type == typeof(FormUrlEncodedContent)
                || type == typeof(ReadOnlyMemoryContent))
            && TryComputeLength(content, out var length)
            && length <= limit;
    }

    private static BodySource Least(MultipartContent parts)
    {
        var least = BodySource.Memory;
        foreach (var part in parts)
        {
            var source = Of(part);
            least = source < least ? source : least;
        }

        return least;
    }

    /// <summary>
    /// Whether a JSON body comes from an <see cref="IAsyncEnumerable{T}"/>, which often gives its items once: a channel, the rows of a
    /// query. Seen if
    /// that is the declared type, or its items are of a reference type; a closer look would need reflection that is trimmed away.
    /// </summary>
    private static bool IsEnumeratedAsync(JsonContent json) =>
        json.Value is IAsyncEnumerable<object?>
        || (json.ObjectType.IsGenericType && json.ObjectType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));

    private static bool CanSeek(HttpContent content)
    {
        try
        {
            return BodyStream.Open(content).CanSeek;
        }
        catch (Exception)
        {
            return false; // Whatever is wrong with it, the caller learns it from the attempt that reads it.
        }
    }

    /// <summary>
    /// Asks the content itself. <see cref="System.Net.Http.Headers.HttpContentHeaders.ContentLength"/> would add the header, and a
    /// handler inside
    /// the chain that compresses the body and copies its headers would then send the wrong length.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool TryComputeLength(HttpContent content, out long length);
}
