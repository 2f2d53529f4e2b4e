using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Http;

/// <summary>
/// The body of an answer as a probe sees it. An answer that came counts, whatever its body: what is not as it was announced is text.
/// </summary>
internal static class AnswerBody
{
    /// <summary>How much of a body is read; the rest is left out, and the output says so.</summary>
    private const int MostRead = 4 * 1024 * 1024;

    /// <returns>The body: JSON if it was announced as JSON and is; otherwise text. And whether it was cut.</returns>
    public static async Task<(JsonNode? Body, bool IsCut)> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (read.Length <= MostRead && await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            read.Write(buffer, 0, count);
        }

        var isCut = read.Length > MostRead;
        read.SetLength(Math.Min(read.Length, MostRead));
        var text = Decode(read, content.Headers.ContentType?.CharSet);
        return IsJson(content.Headers.ContentType) && !isCut && LenientJson.TryParse(text, out var json) ? (json, false) : (text, isCut);
    }

    private static string Decode(MemoryStream bytes, string? charset)
    {
        bytes.Position = 0;
        using var reader = new StreamReader(bytes, EncodingOf(charset), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    /// <summary>
    /// Also the code pages, which .NET knows only if an app registers them. A name that it does not know or refuses counts as UTF-8.
    /// </summary>
    private static Encoding EncodingOf(string? charset)
    {
        var name = charset?.Trim('"', '\'', ' ');
        if (string.IsNullOrEmpty(name))
        {
            return Encoding.UTF8;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException) // The latter: UTF-7.
        {
            return Encoding.UTF8;
        }
    }

    private static bool IsJson(MediaTypeHeaderValue? type) => type?.MediaType is { } media
        && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
}
