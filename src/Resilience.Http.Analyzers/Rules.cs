using Microsoft.CodeAnalysis;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Analyzers;

/// <summary>
/// All rules of the analyzers. Each has a section in docs/analyzers.md, which the package contains. The page has no public address yet, and
/// editors open a help link as it is, so the description names the page.
/// </summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor SecondLayer = new(
        DiagnosticIds.SecondLayer,
        "A client has two resilience chains",
        "This client has the chain of Resilience.Http and also {0}(). If both repeat a call, their attempts multiply. Keep one of " +
        "them: remove {0}(), or set Retry:Enabled to false for this client.",
        "Resilience", DiagnosticSeverity.Warning, isEnabledByDefault: true,
        description: "See docs/analyzers.md#rhttp001 in the package Resilience.Http.");

    public static readonly DiagnosticDescriptor PollyException = new(
        DiagnosticIds.PollyException,
        "A resilient client does not throw exceptions of Polly",
        "{0} has the chain of Resilience.Http, which does not throw {1}. Catch {2}.",
        "Resilience", DiagnosticSeverity.Warning, isEnabledByDefault: true,
        description: "See docs/analyzers.md#rhttp003 in the package Resilience.Http.");

    public static readonly DiagnosticDescriptor CapturedClient = new(
        DiagnosticIds.CapturedClient,
        "A singleton keeps a typed client",
        "{0} is a singleton and keeps one {1} as long as the app runs, with the BaseAddress, the Timeout and the handlers of its " +
        "creation. Inject IHttpClientFactory, or create {1} when it is needed.",
        "Resilience", DiagnosticSeverity.Info, isEnabledByDefault: true,
        description: "See docs/analyzers.md#rhttp004 in the package Resilience.Http.");

    public static readonly DiagnosticDescriptor ClientTimeout = new(
        DiagnosticIds.ClientTimeout,
        "A typed client sets HttpClient.Timeout in its constructor",
        "{0} has the chain of Resilience.Http, which cannot distinguish HttpClient.Timeout from a cancellation by the caller. Set " +
        "TotalTimeout instead.",
        "Resilience", DiagnosticSeverity.Warning, isEnabledByDefault: true,
        description: "See docs/analyzers.md#rhttp005 in the package Resilience.Http.");

    public static readonly DiagnosticDescriptor SentTwice = new(
        DiagnosticIds.SentTwice,
        "A request or content is sent twice",
        "'{0}' is sent a second time, which throws an InvalidOperationException. Create a new {1} for each call.",
        "Resilience", DiagnosticSeverity.Warning, isEnabledByDefault: true,
        description: "See docs/analyzers.md#rhttp006 in the package Resilience.Http.");

    public static readonly DiagnosticDescriptor TokenNotPassed = new(
        DiagnosticIds.TokenNotPassed,
        "A typed client does not pass its caller's CancellationToken on",
        "{0} does not get '{1}': retries go on after the caller has cancelled. Pass it, or CancellationToken.None if that is meant.",
        "Resilience", DiagnosticSeverity.Warning, isEnabledByDefault: true,
        description: "See docs/analyzers.md#rhttp007 in the package Resilience.Http.");

    public static readonly DiagnosticDescriptor NoIdempotencyKey = new(
        DiagnosticIds.NoIdempotencyKey,
        "AllowRetry() without an idempotency key",
        "This {0} may be repeated, but has no Idempotency-Key header by which the service could recognize the repetition",
        "Resilience", DiagnosticSeverity.Info, isEnabledByDefault: true,
        description: "See docs/analyzers.md#rhttp008 in the package Resilience.Http.");
}
