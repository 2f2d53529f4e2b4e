using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

/// <summary>The rules with a full budget, for an attempt that may be repeated.</summary>
internal sealed class RetryRulesFixture
{
    public static readonly RetryInput First = new()
    {
        Attempts = 1,
        Remaining = TimeSpan.FromSeconds(30),
        RequestIsRepeatable = true,
        BodyIsReplayable = true,
    };

    private readonly VirtualTimeProvider _clock = new();

    public HttpRetryOptions Options { get; } = new();

    public RetryBudget Budget() => new(_clock, Options.Budget);

    public RetryDecision Decide(RetryInput question, double chance = 0.5) => RetryRules.Decide(question, Options, Budget(), () => chance);
}
