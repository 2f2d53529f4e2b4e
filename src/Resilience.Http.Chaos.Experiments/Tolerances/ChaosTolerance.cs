using System.Globalization;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.JsonPaths;
using Resilience.Http.Chaos.Experiments.Tolerances;

namespace Resilience.Http;

/// <summary>What the value of a probe must be.</summary>
/// <remarks>Where the value is an object with a <c>status</c>, as that of an HTTP probe, the tolerances without a target test the status.</remarks>
public abstract class ChaosTolerance
{
    private protected ChaosTolerance()
    {
    }

    /// <summary>The value must be this one: a number, a text or a truth value.</summary>
    /// <param name="expected">The value.</param>
    /// <exception cref="ArgumentException">The value cannot be written as JSON: it is not a number, or infinite.</exception>
    public static ChaosTolerance Equal(JsonNode expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return new EqualTolerance(expected);
    }

    /// <summary>The value must be one of these.</summary>
    /// <param name="allowed">The values.</param>
    /// <exception cref="ArgumentException">A value cannot be written as JSON: it is not a number, or infinite.</exception>
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

    /// <summary>The value must be a text in which this pattern is found. What is JSON and no text is searched as compact JSON, without blanks.</summary>
    /// <param name="pattern">A regular expression of .NET, given one second to match.</param>
    /// <param name="target">Which part of an HTTP answer is searched: <c>body</c>, <c>status</c> or <c>headers</c>.</param>
    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    public static ChaosTolerance Matches(string pattern, string target = "body") => new RegexTolerance(pattern, target);

    /// <summary>The body of an HTTP answer, or the value itself where it is not one, must hold what this JSONPath finds.</summary>
    /// <param name="path">The path; docs/chaos.md lists what is understood of JSONPath.</param>
    /// <param name="expected">The values found must be these, in this order; none given: at least one must be found.</param>
    /// <exception cref="ArgumentException">The path is not one that is understood, and the message says where; or a value cannot be written as JSON.</exception>
    public static ChaosTolerance AtPath(string path, params IReadOnlyList<JsonNode> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return new JsonPathTolerance(JsonPath.Parse(path), expected.Count == 0 ? null : expected, count: null, "body");
    }

    /// <summary>The value must pass a test of your own.</summary>
    /// <param name="test">The test. One that throws counts as not passed.</param>
    /// <param name="description">What must be true, as it reads after "expected": "an even number".</param>
    public static ChaosTolerance That(Func<JsonNode?, bool> test, string description)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        return new CustomTolerance(test, description);
    }

    /// <summary>What the value must be, in words: <c>between 0.99 and 1</c>.</summary>
    public abstract override string ToString();

    internal abstract bool Accepts(JsonNode? value);

    /// <summary>The status of an HTTP answer; of any other value the value itself.</summary>
    private protected static JsonNode? Tested(JsonNode? value) =>
        value is JsonObject answer && answer.TryGetPropertyValue("status", out var status) ? status : value;

    /// <summary>One part of an HTTP answer; of any other value, and without a target, the value itself.</summary>
    private protected static JsonNode? Part(JsonNode? value, string? target) =>
        target is not null && value is JsonObject answer && answer.TryGetPropertyValue(target, out var part) ? part : value;

    private protected static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
