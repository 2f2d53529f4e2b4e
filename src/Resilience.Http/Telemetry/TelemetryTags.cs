namespace Resilience.Http.Telemetry;

/// <summary>Names of the tags on spans, events and measurements.</summary>
internal static class TelemetryTags
{
    public const string ServiceName = "resilience.service.name";
    public const string Authority = "resilience.authority";
    public const string Attempts = "resilience.attempts";
    public const string Outcome = "resilience.outcome";
    public const string Reason = "resilience.reason";
    public const string Scope = "resilience.timeout.scope";
    public const string DeadlineField = "resilience.deadline.field";
    public const string ProcessDelay = "resilience.process.delay";
    public const string Delay = "resilience.retry.delay";
    public const string Failure = "resilience.failure";
    public const string FallbackKind = "resilience.fallback.kind";
    public const string Hedges = "resilience.hedges";
    public const string HedgeNumber = "resilience.hedge.number";
    public const string HedgeDelay = "resilience.hedge.delay";
    public const string HedgeOutcome = "resilience.hedge.outcome";
    public const string Operation = "resilience.operation";
    public const string State = "resilience.circuit.state";
    public const string FromState = "resilience.circuit.from";
    public const string ToState = "resilience.circuit.to";
    public const string RejectionMode = "resilience.circuit.mode";
    public const string Limit = "resilience.limit";
    public const string LimitDelay = "resilience.limit.delay";
    public const string ErrorType = "error.type";
    public const string Method = "http.request.method";
    public const string ResendCount = "http.request.resend_count";
}
