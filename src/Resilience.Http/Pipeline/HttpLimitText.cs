namespace Resilience.Http.Pipeline;

internal static class HttpLimitText
{
    /// <summary>The limit as a tag and in <c>Resilience-Rejected</c>.</summary>
    public static string Text(this HttpLimit limit) => limit switch
    {
        HttpLimit.Concurrency => "concurrency",
        HttpLimit.Rate => "rate",
        HttpLimit.ServerQuota => "server_quota",
        _ => throw new ArgumentOutOfRangeException(nameof(limit), limit, null),
    };
}
