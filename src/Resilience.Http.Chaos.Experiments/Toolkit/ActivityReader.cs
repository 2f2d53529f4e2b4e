using System.Text.Json;
using Resilience.Http.Chaos.Experiments.Values;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>Reads probes and actions, those first that are written out, so that a <c>ref</c> may name any of them.</summary>
internal sealed class ActivityReader(Variables variables, ExperimentErrors mistakes)
{
    private readonly Dictionary<LocatedJson, ChaosActivity?> _read = [];
    private readonly Dictionary<string, ChaosActivity?> _byName = new(StringComparer.Ordinal);
    private readonly HashSet<string> _twice = new(StringComparer.Ordinal);

    public void ReadAll(IReadOnlyList<LocatedJson> activities)
    {
        foreach (var json in activities)
        {
            if (json.Find("ref") is null)
            {
                Add(json, Read(json));
            }
        }
    }

    public ChaosProbe? SteadyStateProbe(LocatedJson json)
    {
        var step = Step(json);
        RefuseBackground(json, step);
        switch (step)
        {
            case ChaosProbe { Tolerance: not null } probe:
                return probe;
            case ChaosProbe probe when probe.Source!.Find("tolerance") is null or { Kind: JsonValueKind.Null }:
                mistakes.Add(json, "needs a \"tolerance\" that its value must meet.");
                return null;
            case ChaosAction:
                mistakes.Add(json, "is an action; the steady state can only have probes.");
                return null;
            default:
                return null; // reported already
        }
    }

    public ChaosAction? Rollback(LocatedJson json)
    {
        var step = Step(json);
        RefuseBackground(json, step);
        if (step is ChaosProbe)
        {
            mistakes.Add(json, "is a probe; rollbacks must be actions.");
        }

        return step as ChaosAction;
    }

    public ChaosActivity? Step(LocatedJson json) => json.Find("ref") is { } name ? Referenced(json, name) : _read[json];

    private void RefuseBackground(LocatedJson json, ChaosActivity? step)
    {
        if (step is { Background: true })
        {
            mistakes.Add(json, "must not run in the background; only steps of the method can.");
        }
    }

    private ChaosActivity? Referenced(LocatedJson json, LocatedJson name)
    {
        var fields = Fields.From(json, mistakes);
        _ = fields.RequiredText("ref", "the name of a step");
        fields.RejectUnknown();
        if (_twice.Contains(name.Scalar))
        {
            mistakes.Add(name, $"refers to '{name.Scalar}', but several steps have that name.");
            return null;
        }

        if (_byName.TryGetValue(name.Scalar, out var activity))
        {
            return activity; // null if it was read with mistakes, which are reported
        }

        var near = SpellingSuggestion.To(name.Scalar, _byName.Keys);
        mistakes.Add(name, $"refers to '{name.Scalar}', but no step has that name.{(near is null ? "" : $" Did you mean '{near}'?")}");
        return null;
    }

    private void Add(LocatedJson json, ChaosActivity? activity)
    {
        _read[json] = activity;
        if (json.Find("name") is { Kind: JsonValueKind.String } name && !_byName.TryAdd(name.Scalar, activity))
        {
            _twice.Add(name.Scalar);
        }
    }

    private ChaosActivity? Read(LocatedJson json)
    {
        var fields = Fields.From(json, mistakes);
        var type = fields.RequiredText("type", "\"probe\" or \"action\"");
        var name = fields.RequiredText("name", "what the step is called");
        var provider = fields.Required("provider", "what the step does");
        var background = fields.Flag("background");
        var (before, after) = ReadPauses(fields.Find("pauses"));
        fields.Refuse("controls", "controls are Python code of the Chaos Toolkit");
        fields.Refuse("configuration", "every step sees all of 'configuration'");
        var secrets = fields.Find("secrets");

        ChaosActivity? activity = null;
        switch (type)
        {
            case "probe":
                var tolerance = fields.Find("tolerance");
                activity = ReadProbe(json, name, provider, secrets, tolerance, (before, after, background));
                break;
            case "action":
                activity = ReadAction(json, name, provider, secrets, (before, after, background));
                break;
            default:
                _ = fields.Find("tolerance");
                if (type is not null)
                {
                    mistakes.Add(json.Find("type")!, $"must be \"probe\" or \"action\", not '{type}'.");
                }

                break;
        }

        fields.RejectUnknown();
        return activity;
    }

    private ChaosProbe? ReadProbe(
        LocatedJson json,
        string? name,
        LocatedJson? provider,
        LocatedJson? secrets,
        LocatedJson? tolerance,
        (TimeSpan Before, TimeSpan After, bool Background) when)
    {
        var ofHttp = provider?.Find("type") is { Scalar: "http" };
        var accepted = tolerance is null
            ? null
            : ToleranceReader.Read(variables.Substitute(tolerance, provider?.Find("secrets") ?? secrets), ofHttp, mistakes);
        var run = provider is null ? null : new ProviderReader(variables, mistakes).Probe(provider, secrets);
        return name is null || run is null
            ? null
            : new ChaosProbe(name, run)
            {
                Tolerance = accepted,
                PauseBefore = when.Before,
                PauseAfter = when.After,
                Background = when.Background,
                Source = json,
            };
    }

    private ChaosAction? ReadAction(
        LocatedJson json,
        string? name,
        LocatedJson? provider,
        LocatedJson? secrets,
        (TimeSpan Before, TimeSpan After, bool Background) when)
    {
        var run = provider is null ? null : new ProviderReader(variables, mistakes).Action(provider, secrets);
        return name is null || run is null
            ? null
            : new ChaosAction(name, run)
            {
                PauseBefore = when.Before,
                PauseAfter = when.After,
                Background = when.Background,
                Source = json,
            };
    }

    private (TimeSpan Before, TimeSpan After) ReadPauses(LocatedJson? pauses)
    {
        if (pauses is null)
        {
            return default;
        }

        var fields = Fields.From(variables.Substitute(pauses), mistakes);
        var read = (fields.Seconds("before") ?? TimeSpan.Zero, fields.Seconds("after") ?? TimeSpan.Zero);
        fields.RejectUnknown();
        return read;
    }
}
