using System.Collections;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Resilience.Http.Content;

/// <summary>
/// A body that another send may be writing at the same time. It writes the original, which is not disposed with it, and has headers of its
/// own.
/// </summary>
internal sealed class SharedContent(HttpContent original) : HttpContent
{
    /// <summary>
    /// Whether a content can be written by two sends at the same time: bytes in memory, and JSON of an object. Goes by exact types, because
    /// a derived one may write something else. JSON of a sequence counts only if the sequence is in memory: others may give their items
    /// once.
    /// </summary>
    public static bool CanShare(HttpContent content)
    {
        var type = content.GetType();
        return type == typeof(StringContent)
            || type == typeof(ByteArrayContent)
            || type == typeof(FormUrlEncodedContent)
            || type == typeof(ReadOnlyMemoryContent)
            || (content is JsonContent json
                && BodySources.Of(json) == BodySource.Object
                && json.Value is not IEnumerable or string or ICollection or JsonNode);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => original.CopyToAsync(stream, context);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        original.CopyToAsync(stream, context, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        original.CopyTo(stream, context, cancellationToken);

    /// <summary>Asks the content itself: its ContentLength would add a header, and another send may be reading those.</summary>
    protected override bool TryComputeLength(out long length) => TryComputeLength(original, out length);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool TryComputeLength(HttpContent content, out long length);
}
