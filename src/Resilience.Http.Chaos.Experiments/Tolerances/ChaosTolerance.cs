using System.Globalization;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.JsonPaths;
using Resilience.Http.Chaos.Experiments.Tolerances;

namespace Resilience.Http;

/// <summary>The condition that the value of a probe must meet.</summary>
/// <remarks>If the value is an object with a <c>status</c>, as for an HTTP probe, tolerances without a target test the status.</remarks>
public abstract class ChaosTolerance
{
    private protected ChaosTolerance()
    {
    }

    /// <summary>The value must be equal to this one: a number, a text or a boolean.</summary>
    /// <param name="expected">The value.</param>
    /// <exception cref="ArgumentException">The value cannot be written as JSON: it is NaN or infinite.</exception>
    public static ChaosTolerance Equal(JsonNode expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return new EqualTolerance(expected);
    }

    /// <summary>The value must be one of these.</summary>
    /// <param name="allowed">The values.</param>
    /// <exception cref="ArgumentException">A value cannot be written as JSON: it is NaN or infinite.</exception>
    public static ChaosTolerance OneOf(params IReadOnlyList<JsonNode> allowed)
    {
        ArgumentNullException.ThrowIfNull(allowed);
        return new OneOfTolerance(allowed);
    }

    /// <summary>The value must be a number within these bounds, both included.</summary>
    /// <param name="lowest">The lower bound.</param>
    /// <param name="highest">The upper bound.</param>
    public static ChaosTolerance Between(double lowest, double highest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(highest, lowest);
        return new RangeTolerance(lowest, highest, target: null);
    }

    /// <summary>The value must be a number not below this one.</summary>
    /// <param name="lowest">The lower bound, included.</param>
    public static ChaosTolerance AtLeast(double lowest) => new RangeTolerance(lowest, double.PositiveInfinity, target: null);

    /// <summary>The value must be a number not above this one.</summary>
    /// <param name="highest">The upper bound, included.</param>
    public static ChaosTolerance AtMost(double highest) => new RangeTolerance(double.NegativeInfinity, highest, target: null);

    /// <summary>The value must be a text that matches this pattern. JSON is searched as compact JSON without whitespace.</summary>
    /// <param name="pattern">A .NET regular expression with a timeout of one second.</param>
    /// <param name="target">The part of an HTTP response that is searched: <c>body</c>, <c>status</c> or <c>headers</c>.</param>
    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    public static ChaosTolerance Matches(string pattern, string target = "body") => new RegexTolerance(pattern, target);

    /// <summary>This JSONPath must find something in the body of an HTTP response, or in any other value.</summary>
    /// <param name="path">The path. docs/chaos-experiments.md lists the supported JSONPath.</param>
    /// <param name="expected">The expected values, in this order. If none is given, the path must find at least one value.</param>
    /// <exception cref="ArgumentException">The path is not supported (the message gives the position), or a value cannot be written as
    /// JSON.</exception>
    public static ChaosTolerance AtPath(string path, params IReadOnlyList<JsonNode> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return new JsonPathTolerance(JsonPath.Parse(path), expected.Count == 0 ? null : expected, count: null, "body");
    }

    /// <summary>The value must pass a custom test.</summary>
    /// <param name="test">The test. An exception counts as not passed.</param>
    /// <param name="description">The condition, as it reads after "expected": "an even number".</param>
    public static ChaosTolerance That(Func<JsonNode?, bool> test, string description)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        return new CustomTolerance(test, description);
    }

    /// <summary>The condition in words: <c>between 0.99 and 1</c>.</summary>
    public abstract override string ToString();

    internal abstract bool Accepts(JsonNode? value);

    /// <summary>The status of an HTTP response, or any other value itself.</summary>
    private protected static JsonNode? Tested(JsonNode? value) =>
        value is JsonObject answer && answer.TryGetPropertyValue("status", out var status) ? status : value;

    /// <summary>One part of an HTTP response. Any other value, or a value without a target, is used itself.</summary>
    private protected static JsonNode? Part(JsonNode? value, string? target) =>
        target is not null && value is JsonObject answer && answer.TryGetPropertyValue(target, out var part) ? part : value;

    private protected static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
