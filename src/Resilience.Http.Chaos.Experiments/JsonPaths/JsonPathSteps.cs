using System.Text.Json;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.JsonPaths;

/// <summary><c>.name</c> and <c>['name']</c></summary>
internal sealed class MemberStep(string name) : IJsonPathStep
{
    public IEnumerable<JsonNode?> Select(JsonNode? value) =>
        value is JsonObject members && members.TryGetPropertyValue(name, out var member) ? [member] : [];
}

/// <summary><c>[0]</c>, and <c>[-1]</c> from the end</summary>
internal sealed class IndexStep(int index) : IJsonPathStep
{
    public IEnumerable<JsonNode?> Select(JsonNode? value)
    {
        if (value is not JsonArray items)
        {
            return [];
        }

        var place = index < 0 ? items.Count + index : index;
        return place >= 0 && place < items.Count ? [items[place]] : [];
    }
}

/// <summary><c>.*</c> and <c>[*]</c></summary>
internal sealed class AllStep : IJsonPathStep
{
    public static IEnumerable<JsonNode?> Children(JsonNode? value) => value switch
    {
        JsonArray items => items,
        JsonObject members => members.Select(static member => member.Value),
        _ => [],
    };

    public IEnumerable<JsonNode?> Select(JsonNode? value) => Children(value);
}

/// <summary><c>..</c>: the value itself and everything below it</summary>
internal sealed class DescendantsStep : IJsonPathStep
{
    public IEnumerable<JsonNode?> Select(JsonNode? value) => AllStep.Children(value).SelectMany(Select).Prepend(value);
}

/// <summary>
/// <c>[?(@.name == 'value')]</c>: of an array the items of which the test is true (RFC 9535); of an object the object itself, if it is
/// true of that (so does jsonpath2, which the Chaos Toolkit uses: <c>$.foo.*[?(@.baz)].baz</c>). Behind <c>..</c>, which gives the items
/// of an array in addition to the array, each value is tested by itself; otherwise an item would be found twice.
/// </summary>
internal sealed class FilterStep(IReadOnlyList<IJsonPathStep> operand, string? comparison, JsonNode? literal, bool atEveryDepth)
    : IJsonPathStep
{
    public IEnumerable<JsonNode?> Select(JsonNode? value) =>
        (value is JsonArray items && !atEveryDepth ? items : Enumerable.Repeat(value, 1)).Where(Passes);

    private bool Passes(JsonNode? candidate)
    {
        IReadOnlyList<JsonNode?> found = [.. JsonPath.Walk(candidate, operand)];
        // nothing differs from everything
        return comparison is null ? found.Count > 0 : found.Any(Compares) || (found.Count == 0 && comparison == "!=");
    }

    private bool Compares(JsonNode? found) => comparison switch
    {
        "==" => JsonNode.DeepEquals(found, literal),
        "!=" => !JsonNode.DeepEquals(found, literal),
        _ when JsonNumber.TryRead(found, out var left) && JsonNumber.TryRead(literal, out var right) => InOrder(left, right),
        _ when IsText(found) && IsText(literal) =>
            InOrder(string.CompareOrdinal(found!.GetValue<string>(), literal!.GetValue<string>()), 0),
        _ => false,
    };

    private bool InOrder(double left, double right) => comparison switch
    {
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        _ => left >= right,
    };

    private static bool IsText(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String;
}
