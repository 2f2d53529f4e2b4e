using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Values;

/// <summary>A JSON value as a person reads it in one line.</summary>
internal static class JsonText
{
    private const int Longest = 120;

    /// <summary>No HTML page takes these texts up, so that nothing needs the escapes that would keep a pattern from its match.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Format(JsonNode? value)
    {
        if (value is null)
        {
            return "null";
        }

        var utf8 = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(utf8, Readable))
        {
            value.WriteTo(json);
        }

        return Encoding.UTF8.GetString(utf8.WrittenSpan);
    }

    /// <summary>The value of a probe: of an HTTP answer its status, of anything long the beginning.</summary>
    public static string Short(JsonNode? value)
    {
        var text = value is JsonObject answer
            && answer.TryGetPropertyValue("status", out var status)
            && status?.GetValueKind() == JsonValueKind.Number
            ? $"status {status}{(answer.ContainsKey("body_cut") ? ", body cut after 4 MiB" : "")}"
            : Format(value);
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "...");
    }
}
