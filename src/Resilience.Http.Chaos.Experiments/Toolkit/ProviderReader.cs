using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>Reads what a step does: an HTTP request, or one of our own functions.</summary>
internal sealed class ProviderReader(Variables variables, ExperimentErrors mistakes)
{
    public StepDelegate? Probe(LocatedJson provider, LocatedJson? secrets) => Read(
        provider,
        secrets,
        static request => (tools, cancellationToken) => tools.AskAsync(request, cancellationToken),
        fields => new ResilienceFunctions(fields, mistakes).Probe());

    public StepDelegate? Action(LocatedJson provider, LocatedJson? secrets) => Read(
        provider,
        secrets,
        static request => (tools, cancellationToken) => tools.CommandAsync(request, cancellationToken),
        fields => new ResilienceFunctions(fields, mistakes).Action());

    private StepDelegate? Read(
        LocatedJson provider, LocatedJson? secrets, Func<ChaosHttpRequest, StepDelegate> ofHttp, Func<Fields, StepDelegate?> ofOurs)
    {
        var fields = Fields.From(variables.Substitute(provider, provider.Find("secrets") ?? secrets), mistakes);
        _ = fields.Find("secrets");
        var type = fields.RequiredText("type", "\"http\" or \"resilience\"");
        StepDelegate? run = null;
        switch (type)
        {
            case "http":
                run = new HttpRequestReader(mistakes).Read(fields) is { } request ? ofHttp(request) : null;
                break;
            case "resilience":
                run = ofOurs(fields);
                break;
            case null:
                return null;
            case "python" or "process":
                mistakes.Add(
                    provider.Find("type")!,
                    $"'{type}' is not supported: use \"http\", or \"resilience\" with a \"func\", or write the step in code.");
                return null;
            default:
                mistakes.Add(provider.Find("type")!, $"must be \"http\" or \"resilience\", not '{type}'.");
                return null;
        }

        fields.RejectUnknown();
        return run;
    }
}
