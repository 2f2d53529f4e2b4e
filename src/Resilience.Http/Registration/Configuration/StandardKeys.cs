using System.Globalization;
using Resilience.Http.Settings;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// The keys of <c>HttpStandardResilienceOptions</c> and <c>HttpStandardHedgingResilienceOptions</c> of
/// Microsoft.Extensions.Http.Resilience 10.11, with their defaults.
/// </summary>
internal static class StandardKeys
{
    private const string Retry = "Retry";
    private const string Hedging = "Hedging";
    private const string Endpoint = "Endpoint";
    private const string UsualDelay = "00:00:02";

    /// <summary>The names of <c>DelayBackoffType</c>, in the order of their numbers.</summary>
    private static readonly string[] Backoffs =
        [nameof(HttpRetryBackoff.Constant), nameof(HttpRetryBackoff.Linear), nameof(HttpRetryBackoff.Exponential)];

    private static readonly StandardKey[] Shared = [new("TotalRequestTimeout:Timeout", "TotalTimeout")];

    private static readonly StandardKey[] Resilience =
    [
        .. Shared,
        new("AttemptTimeout:Timeout", "AttemptTimeout"),
        .. Limiter("", "Service"),
        new("Retry:MaxRetryAttempts", "Retry:MaxRetries"),
        new("Retry:Delay", ["Retry:BaseDelay"], UnsetDelay),
        new("Retry:MaxDelay", "Retry:MaxDelay"),
        new("Retry:BackoffType", "Retry:Backoff")
        {
            Convert = static (text, _) => EnumName(text, Backoffs),
            Allowed = string.Join(", ", Backoffs),
        },
        new("Retry:UseJitter", ["Retry:Jitter"], static section => Jitter("true", section))
        {
            Convert = Jitter,
            Allowed = "true, false",
        },
        new("Retry:ShouldRetryAfterHeader", "Retry:HonorRetryAfter"),
        .. Breaker("", "Service"),
    ];

    private static readonly StandardKey[] HedgingHandler =
    [
        .. Shared,
        new("Endpoint:Timeout:Timeout", "AttemptTimeout"),
        .. Limiter("Endpoint:", "Authority"),
        Constant("Hedging:Enabled", "true"),
        new("Hedging:Delay", "Hedging:Delay", UsualDelay),
        new("Hedging:MaxHedgedAttempts", ["Hedging:MaxHedges", "Retry:MaxRetries"], static _ => "1"),
        .. Breaker("Endpoint:", "Authority"),
    ];

    /// <summary>The keys of the handler that the section was written for: only that of hedging has endpoints.</summary>
    public static StandardKey[] For(ConfigurationNode section) =>
        section.Child(Hedging) is not null || section.Child(Endpoint) is not null ? HedgingHandler : Resilience;

    /// <summary>Their limiter counts the calls in flight: of the client, or of each endpoint.</summary>
    private static StandardKey[] Limiter(string prefix, string scope) =>
    [
        Constant("ConcurrencyLimit:Enabled", "true"),
        Constant("ConcurrencyLimit:Scope", scope),
        new($"{prefix}RateLimiter:DefaultRateLimiterOptions:PermitLimit", "ConcurrencyLimit:Limit"),
        new($"{prefix}RateLimiter:DefaultRateLimiterOptions:QueueLimit", "ConcurrencyLimit:QueueLimit"),
        new($"{prefix}RateLimiter:DefaultRateLimiterOptions:QueueProcessingOrder", [], static _ => null)
        {
            Convert = static (text, _) => EnumName(text, ["OldestFirst"]),
            Allowed = "OldestFirst",
        },
    ];

    /// <summary>Their breaker knows shares only, tries one call after a break, and does not lengthen the next break.</summary>
    private static StandardKey[] Breaker(string prefix, string scope) =>
    [
        Constant("CircuitBreaker:Scope", scope),
        Constant("CircuitBreaker:FailureThreshold", "0"),
        Constant("CircuitBreaker:HalfOpenMaxCalls", "1"),
        new($"{prefix}CircuitBreaker:FailureRatio", "CircuitBreaker:FailureRatio", "0.1"),
        new($"{prefix}CircuitBreaker:MinimumThroughput", "CircuitBreaker:MinimumThroughput", "100"),
        new($"{prefix}CircuitBreaker:SamplingDuration", "CircuitBreaker:SamplingWindow", "00:00:30"),
        new(
            $"{prefix}CircuitBreaker:BreakDuration",
            ["CircuitBreaker:RecoveryTimeout", "CircuitBreaker:MaxRecoveryTimeout"],
            static _ => "00:00:05"),
    ];

    /// <summary>What has no key there.</summary>
    private static StandardKey Constant(string to, string value) => new(From: "", [to], _ => value);

    /// <summary>The configuration binder there also takes the number of a name; <see langword="null"/> if it is neither.</summary>
    private static string? EnumName(string text, string[] names) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? names.ElementAtOrDefault(number)
            : names.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>There a delay may be longer than MaxDelay, which cuts it; here two set values must not contradict each other.</summary>
    private static string UnsetDelay(ConfigurationNode section) =>
        section.Child(Retry)?.Child("MaxDelay")?.Text is { } longest
        && TimeText.Parse(longest, out var time) is null
        && time < TimeSpan.FromSeconds(2)
            ? longest
            : UsualDelay;

    /// <summary>There a delay that does not grow exponentially varies by a quarter: half of it stays here at least.</summary>
    private static string? Jitter(string text, ConfigurationNode section)
    {
        if (!bool.TryParse(text, out var isUsed))
        {
            return null;
        }

        var backoff = EnumName(section.Child(Retry)?.Child("BackoffType")?.Text ?? "", Backoffs);
        var usual = backoff is null or nameof(HttpRetryBackoff.Exponential)
            ? HttpRetryJitter.Full
            : HttpRetryJitter.Equal;
        return (isUsed ? usual : HttpRetryJitter.None).ToString();
    }
}
