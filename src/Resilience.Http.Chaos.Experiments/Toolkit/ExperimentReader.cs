using System.Text.Json;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>
/// Reads the Chaos Toolkit's JSON format (https://chaostoolkit.org/reference/api/experiment/). Strict: what is wrong, or not supported, is
/// reported with its line and never skipped, since an experiment that does less than its file says proves nothing.
/// </summary>
internal static class ExperimentReader
{
    public static ExperimentFile Read(
        ReadOnlySpan<byte> utf8,
        string source,
        IReadOnlyDictionary<string, string>? given,
        Func<string, string?>? environment = null)
    {
        var mistakes = new ExperimentErrors(source);
        var json = JsonAtParser.Parse(utf8, mistakes);
        mistakes.ThrowIfAny();
        var experiment = Read(json!, given, environment ?? Environment.GetEnvironmentVariable, mistakes);
        mistakes.ThrowIfAny();
        return experiment!;
    }

    private static ExperimentFile? Read(
        LocatedJson json, IReadOnlyDictionary<string, string>? given, Func<string, string?> environment, ExperimentErrors mistakes)
    {
        var fields = Fields.From(json, mistakes);
        ReadVersion(fields, mistakes);
        var variables = new Variables(environment, mistakes);
        variables.ReadConfiguration(fields.Find("configuration"), given);
        variables.ReadSecrets(fields.Find("secrets"));

        _ = fields.RequiredText("title", "what the experiment asks, in one line");
        var title = fields.Find("title") is { } text ? variables.Substitute(text).Scalar : null;
        var description = fields.RequiredText("description", "why it is asked");
        ReadLabels(fields, mistakes);
        var (hypothesis, probes) = ReadHypothesis(fields, mistakes);
        var method = fields.Required("method", "the list of its steps, which may be empty");
        var rollbacks = fields.List("rollbacks");
        RefuseTheRest(fields);
        fields.RejectUnknown();

        var steps = method is null ? [] : fields.List(method);
        var activities = new ActivityReader(variables, mistakes);
        activities.ReadAll([.. probes, .. steps, .. rollbacks]);
        IReadOnlyList<ChaosProbe> steadyState = [.. probes.Select(activities.SteadyStateProbe).OfType<ChaosProbe>()];
        IReadOnlyList<ChaosActivity> played = [.. steps.Select(activities.Step).OfType<ChaosActivity>()];
        IReadOnlyList<ChaosAction> putBack = [.. rollbacks.Select(activities.Rollback).OfType<ChaosAction>()];
        return mistakes.Any
            ? null
            : new ExperimentFile(title!, description, hypothesis, steadyState, played, putBack, BlankSecrets(json), mistakes.Secrets);
    }

    private static void ReadVersion(Fields fields, ExperimentErrors mistakes)
    {
        if (fields.Find("version") is { } version && version is not { Kind: JsonValueKind.String, Scalar: "0.1.0" or "1.0.0" })
        {
            mistakes.Add(
                version, $"must be \"1.0.0\" or \"0.1.0\", the versions of the format that are read, not {Fields.Words(version)}.");
        }
    }

    /// <summary>Tags and contributions mean nothing to the run; the journal repeats them.</summary>
    private static void ReadLabels(Fields fields, ExperimentErrors mistakes)
    {
        foreach (var tag in fields.List("tags"))
        {
            if (tag.Kind != JsonValueKind.String)
            {
                mistakes.Add(tag, $"must be a text, not {Fields.Words(tag)}.");
            }
        }

        if (fields.Find("contributions") is not { } contributions)
        {
            return;
        }

        _ = Fields.From(contributions, mistakes);
        foreach (var (_, weight) in contributions.Members)
        {
            if (weight is not { Kind: JsonValueKind.String, Scalar: "high" or "medium" or "low" or "none" })
            {
                mistakes.Add(weight, $"must be \"high\", \"medium\", \"low\" or \"none\", not {Fields.Words(weight)}.");
            }
        }
    }

    private static (string? Title, IReadOnlyList<LocatedJson> Probes) ReadHypothesis(Fields fields, ExperimentErrors mistakes)
    {
        if (fields.Find("steady-state-hypothesis") is not { } value)
        {
            return (null, []);
        }

        var hypothesis = Fields.From(value, mistakes);
        var title = hypothesis.RequiredText("title", "what should stay true, in one line");
        var probes = hypothesis.Find("probes");
        hypothesis.Refuse("controls", "controls are Python code of the Chaos Toolkit");
        hypothesis.RejectUnknown();
        return (title, probes is null ? [] : hypothesis.List(probes));
    }

    private static void RefuseTheRest(Fields fields)
    {
        fields.Refuse("controls", "controls are Python code of the Chaos Toolkit");
        fields.Refuse("extensions", "extensions are not understood here");
        fields.Refuse("runtime", "rollbacks always run, and the hypothesis is checked before and after the method", IsWhatHoldsAnyway);
        fields.Refuse("dry", "set ResilientHttpChaos:DryRun, which decides and counts faults without injecting them");
    }

    /// <summary>A runtime that asks for rollbacks in every case, and for the usual checks.</summary>
    private static bool IsWhatHoldsAnyway(LocatedJson runtime) =>
        runtime.Kind == JsonValueKind.Object && runtime.Members.All(static part => part switch
        {
            (_, { IsEmpty: true }) => true,
            ("rollbacks", { Members: [("strategy", { Scalar: "always" or "default" })] }) => true,
            ("hypothesis", { Members: [("strategy", { Scalar: "default" })] }) => true,
            _ => false,
        });

    /// <summary>The file for the journal: without the values written into <c>secrets</c>, but with the sources of the others.</summary>
    private static LocatedJson BlankSecrets(LocatedJson json) => json.ReplaceMembers(static (name, secrets) => name == "secrets"
        ? secrets.ReplaceMembers(static (_, group) => group.ReplaceMembers(static (_, secret) => Blank(secret)))
        : secrets);

    private static LocatedJson Blank(LocatedJson secret) => secret.Kind == JsonValueKind.Object
        ? secret.ReplaceMembers(static (name, field) => name == "default" ? Blank(field) : field)
        : LocatedJson.OfText(Secrets.Blanked, secret.Line, secret.Path);
}
