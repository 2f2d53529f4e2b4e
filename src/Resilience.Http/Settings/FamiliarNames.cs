namespace Resilience.Http.Settings;

/// <summary>
/// The keys that Microsoft.Extensions.Http.Resilience and Polly use for the same settings, so that a copied section gets the right advice.
/// Source: the properties of <see
/// href="https://learn.microsoft.com/dotnet/api/microsoft.extensions.http.resilience.httpstandardresilienceoptions"/>.
/// </summary>
internal static class FamiliarNames
{
    private static readonly Dictionary<string, string> NameHere = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TotalRequestTimeout"] = "TotalTimeout",
        ["MaxRetryAttempts"] = "MaxRetries",
        ["RetryCount"] = "MaxRetries",
        ["Delay"] = "BaseDelay",
        ["BackoffType"] = "Backoff",
        ["UseJitter"] = "Jitter",
        ["ShouldRetryAfterHeader"] = "HonorRetryAfter",
        ["DisableForUnsafeHttpMethods"] = "RetryUnsafeMethods",
        ["SamplingDuration"] = "SamplingWindow",
        ["BreakDuration"] = "RecoveryTimeout",
        ["DurationOfBreak"] = "RecoveryTimeout",
        ["HandledEventsAllowedBeforeBreaking"] = "FailureThreshold",
    };

    /// <returns>The name of the setting here; <see langword="null"/> if the key is not one of theirs.</returns>
    public static string? Find(string key) => NameHere.GetValueOrDefault(key);
}
