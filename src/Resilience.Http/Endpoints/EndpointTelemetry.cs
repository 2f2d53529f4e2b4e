using System.Diagnostics.Metrics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Endpoints;

/// <summary>Reports where the sends of a call go.</summary>
internal sealed class EndpointTelemetry
{
    private readonly Counter<long>? _failovers;

    private EndpointTelemetry(ResilienceRuntime host) => _failovers = host.CreateMeter()?.CreateCounter<long>(
        TelemetryNames.EndpointFailovers, "{send}", "Sends that were refused for one endpoint and went on to another.");

    public static EndpointTelemetry GetOrCreate(ResilienceRuntime host) => host.GetOrCreate(static host => new EndpointTelemetry(host));

    /// <summary>An endpoint was chosen: the span of the call names the last one.</summary>
    public static void Chosen(CallContext call, Endpoint endpoint)
    {
        if (call.Span is { IsAllDataRequested: true } span)
        {
            span.SetTag(TelemetryTags.Authority, endpoint.Authority);
        }
    }

    /// <summary>A circuit or a limit refused the send, so it goes to another endpoint at once.</summary>
    public void FailedOver(AttemptContext attempt, Endpoint from)
    {
        var reason = attempt.ExceededLimit?.Text() ?? "circuit";
        if (_failovers is { Enabled: true })
        {
            _failovers.Add(
                1,
                new(TelemetryTags.ServiceName, attempt.Call.Service.Name),
                new(TelemetryTags.Authority, from.Authority),
                new(TelemetryTags.Reason, reason));
        }

        if (attempt.Call.Span is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new(TelemetryNames.FailoverEvent, attempt.Call.Clock.GetUtcNow(), new()
            {
                [TelemetryTags.Authority] = from.Authority,
                [TelemetryTags.Reason] = reason,
            }));
        }
    }
}
