using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.JsonPaths;

/// <summary>
/// The part of JSONPath (RFC 9535) that answers of Prometheus and of usual APIs need: <c>$</c>, <c>.name</c>, <c>['name']</c>, <c>[0]</c>,
/// <c>[-1]</c>, <c>.*</c>, <c>[*]</c>, <c>..name</c>, and filters <c>[?(@.name)]</c> and <c>[?(@.name == 'value')]</c> with
/// <c>== != &lt; &lt;= &gt; &gt;=</c>. The leading <c>$</c> may be left out.
/// </summary>
internal sealed class JsonPath
{
    private readonly string _text;
    private readonly IReadOnlyList<IJsonPathStep> _steps;

    private JsonPath(string text, IReadOnlyList<IJsonPathStep> steps)
    {
        _text = text;
        _steps = steps;
    }

    /// <exception cref="ArgumentException">The path is not supported; the message gives the position.</exception>
    public static JsonPath Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        return new(text, new JsonPathParser(text.Trim()).Parse());
    }

    public IReadOnlyList<JsonNode?> Find(JsonNode? root) => [.. Walk(root, _steps)];

    public static IEnumerable<JsonNode?> Walk(JsonNode? start, IReadOnlyList<IJsonPathStep> steps)
    {
        IEnumerable<JsonNode?> found = [start];
        foreach (var step in steps)
        {
            found = found.SelectMany(step.Select);
        }

        return found;
    }

    public override string ToString() => _text;
}
