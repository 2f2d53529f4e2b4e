namespace Resilience.Http.Telemetry;

/// <summary>
/// Ids of mistakes in how clients are put together and used. A warning at run time begins with its id, the analyzers report the same id,
/// and docs/analyzers.md explains it. They never change.
/// </summary>
internal static class DiagnosticIds
{
    /// <summary>Two layers repeat one call.</summary>
    public const string SecondLayer = "RHTTP001";

    /// <summary>The name of a client holds the version of an assembly.</summary>
    public const string VersionInName = "RHTTP002";

    /// <summary>An exception of Polly is caught around a resilient client, which never throws it.</summary>
    public const string PollyException = "RHTTP003";

    /// <summary>A singleton keeps a typed client.</summary>
    public const string CapturedClient = "RHTTP004";

    /// <summary>A typed client sets HttpClient.Timeout in its constructor.</summary>
    public const string ClientTimeout = "RHTTP005";

    /// <summary>A request, or a content that can be read only once, is sent twice.</summary>
    public const string SentTwice = "RHTTP006";

    /// <summary>A typed client does not pass its caller's token on.</summary>
    public const string TokenNotPassed = "RHTTP007";

    /// <summary>An unsafe request may be repeated, but has no idempotency key.</summary>
    public const string NoIdempotencyKey = "RHTTP008";
}
