using System.Text.Json;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.JsonPaths;
using Resilience.Http.Chaos.Experiments.Tolerances;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>Reads what a probe's value must be.</summary>
internal static class ToleranceReader
{
    public static ChaosTolerance? Read(LocatedJson json, bool ofHttp, ExperimentErrors mistakes) => json.Kind switch
    {
        JsonValueKind.Array => OfList(json, ofHttp, mistakes),
        JsonValueKind.Object => OfObject(json, ofHttp, mistakes),
        JsonValueKind.Number => new EqualTolerance(json.ToNode()!),
        _ => OfScalar(json, ofHttp, mistakes),
    };

    private static EqualTolerance? OfScalar(LocatedJson json, bool ofHttp, ExperimentErrors mistakes)
    {
        if (!ofHttp)
        {
            return new EqualTolerance(json.ToNode()!);
        }

        mistakes.Add(json, $"can never be met: the status of an HTTP response is tested, which is a number, not {Fields.Words(json)}. " +
            "For the body use { \"type\": \"regex\", \"pattern\": ... } or { \"type\": \"jsonpath\", \"path\": ... }.");
        return null;
    }

    /// <summary>
    /// As chaoslib has it: for an HTTP status a list is what is allowed; else two values are bounds and more are what is allowed.
    /// </summary>
    private static ChaosTolerance? OfList(LocatedJson json, bool ofHttp, ExperimentErrors mistakes)
    {
        if (json.Items.Count == 0 || json.Items.Any(static item => !item.IsScalar))
        {
            mistakes.Add(json, "must be a list of values: the two bounds of a number, or the allowed values.");
            return null;
        }

        if (!ofHttp && json.Items.Count == 2 && json.Items[0].TryNumber(out var lowest) && json.Items[1].TryNumber(out var highest))
        {
            return Range(json, lowest, highest, target: null, mistakes);
        }

        return new OneOfTolerance([.. json.Items.Select(static item => item.ToNode()!)]);
    }

    private static ChaosTolerance? OfObject(LocatedJson json, bool ofHttp, ExperimentErrors mistakes)
    {
        var fields = Fields.From(json, mistakes);
        var type = fields.RequiredText("type", "\"range\", \"regex\" or \"jsonpath\"");
        ChaosTolerance? tolerance = null;
        switch (type)
        {
            case "range":
                tolerance = OfRange(json, fields, ofHttp, mistakes);
                break;
            case "regex":
                tolerance = OfRegex(fields, ofHttp, mistakes);
                break;
            case "jsonpath":
                tolerance = OfJsonPath(fields, ofHttp, mistakes);
                break;
            case null:
                return null;
            default:
                mistakes.Add(json.Find("type")!, $"must be \"range\", \"regex\" or \"jsonpath\"; '{type}' is not supported.");
                return null;
        }

        fields.RejectUnknown();
        return tolerance;
    }

    private static RangeTolerance? OfRange(LocatedJson json, Fields fields, bool ofHttp, ExperimentErrors mistakes)
    {
        var target = Target(fields, ofHttp, mistakes);
        var bounds = fields.Required("range", "the two bounds");
        if (bounds is null)
        {
            return null;
        }

        if (bounds.Items.Count == 2 && bounds.Items[0].TryNumber(out var lowest) && bounds.Items[1].TryNumber(out var highest))
        {
            return Range(bounds, lowest, highest, target, mistakes);
        }

        mistakes.Add(bounds, "must be a list of two numbers: the lower and the upper bound.");
        return null;
    }

    private static RangeTolerance? Range(LocatedJson json, double lowest, double highest, string? target, ExperimentErrors mistakes)
    {
        if (lowest <= highest)
        {
            return new RangeTolerance(lowest, highest, target);
        }

        mistakes.Add(json, "can never be met: the lower bound must come first.");
        return null;
    }

    private static RegexTolerance? OfRegex(Fields fields, bool ofHttp, ExperimentErrors mistakes)
    {
        var target = Target(fields, ofHttp, mistakes) ?? "body";
        var pattern = fields.RequiredText("pattern", "a regular expression");
        try
        {
            return pattern is null ? null : new RegexTolerance(pattern, target);
        }
        catch (ArgumentException exception)
        {
            mistakes.Add(fields.Find("pattern")!, $"is not a regular expression: {exception.Message}");
            return null;
        }
    }

    private static JsonPathTolerance? OfJsonPath(Fields fields, bool ofHttp, ExperimentErrors mistakes)
    {
        var target = Target(fields, ofHttp, mistakes);
        var path = fields.RequiredText("path", "a JSONPath");
        var expect = fields.FindWritten("expect");
        var count = fields.Whole("count", 0, int.MaxValue);
        IReadOnlyList<JsonNode?>? expected = expect switch
        {
            null => null,
            { Kind: JsonValueKind.Array } => [.. expect.Items.Select(static item => item.ToNode())],
            _ => [expect.ToNode()],
        };
        try
        {
            return path is null
                ? null
                : new JsonPathTolerance(JsonPath.Parse(path), expected, count, target, ofWholeAnswer: ofHttp && target is null);
        }
        catch (ArgumentException exception)
        {
            mistakes.Add(fields.Find("path")!, exception.Message);
            return null;
        }
    }

    private static string? Target(Fields fields, bool ofHttp, ExperimentErrors mistakes)
    {
        var target = fields.Text("target");
        if (target is not null && (!ofHttp || target is not ("status" or "headers" or "body")))
        {
            mistakes.Add(fields.Find("target")!, ofHttp
                ? $"must be \"status\", \"headers\" or \"body\", not '{target}'."
                : "is only for HTTP probes; the value of this probe has no parts.");
        }

        return target;
    }
}
