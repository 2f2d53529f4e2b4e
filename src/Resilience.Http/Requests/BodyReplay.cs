using System.Net.Http.Json;

namespace Resilience.Http.Requests;

/// <summary>Whether a body can be sent a second time.</summary>
internal static class BodyReplay
{
    /// <param name="content">The body as it is sent.</param>
    /// <param name="settings">What the caller said of this one request: <c>AllowRetry()</c> vouches for a body that nobody here knows.</param>
    public static bool IsReplayable(HttpContent? content, RequestSettings settings) => content switch
    {
        null or ByteArrayContent or ReadOnlyMemoryContent => true,
        JsonContent json when !IsEnumeratedAsync(json) => true,
        ReadAheadContent readAhead => readAhead.IsReplayable,
        StreamContent stream => CanSeek(stream) == true,
        MultipartContent parts => parts.All(part => IsReplayable(part, settings)),
        _ => settings.AllowRetry == true,
    };

    /// <summary>
    /// The body where it is a stream that can be read only once. Exactly a <see cref="StreamContent"/>: one that derives from it may write
    /// something else than the bytes of its stream, which only it knows.
    /// </summary>
    public static StreamContent? OneShot(HttpContent? content) =>
        content is StreamContent stream && stream.GetType() == typeof(StreamContent) && CanSeek(stream) == false ? stream : null;

    /// <summary>
    /// Whether a JSON body comes from an <see cref="IAsyncEnumerable{T}"/>, which often gives its items once: a channel, the rows of a query. Seen where
    /// that is the declared type, or its items are of a reference type; a closer look would need reflection that is trimmed away.
    /// </summary>
    private static bool IsEnumeratedAsync(JsonContent json) =>
        json.Value is IAsyncEnumerable<object?>
        || (json.ObjectType.IsGenericType && json.ObjectType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));

    /// <summary>Whether the stream of the content can go back; <see langword="null"/> where it does not say, being disposed or broken.</summary>
    private static bool? CanSeek(StreamContent content)
    {
        try
        {
            return BodyStream.Of(content).CanSeek;
        }
        catch (Exception)
        {
            return null; // Whatever is wrong with it, the caller hears of it from the attempt that reads it.
        }
    }
}
