using Resilience.Http.Fallback;
using Resilience.Http.Timeouts;
using Resilience.Http.Tracing;

namespace Resilience.Http.Tests.Tracing;

/// <summary>Every value of every enum that becomes a tag has the text that the docs give it, and no two share one.</summary>
public sealed class TagTextTests
{
    [Fact]
    public void Every_outcome_has_its_text() => Assert.Equal(
        ["success", "failure", "rejected", "timeout", "canceled", "fallback"],
        Enum.GetValues<CallOutcome>().Select(outcome => outcome.Text()));

    [Fact]
    public void Every_cause_of_a_fallback_has_its_text() => Assert.Equal(
        ["refused", "timed_out", "failed"],
        Enum.GetValues<FallbackCause>().Select(cause => cause.Text()));

    [Fact]
    public void Every_scope_of_a_timeout_has_its_text() => Assert.Equal(
        ["total", "attempt", "body", "incoming", "shutdown"],
        Enum.GetValues<TimeoutScope>().Select(scope => scope.Text()));

    [Fact]
    public void Every_error_of_HttpClient_has_a_type() => Assert.Equal(
        Enum.GetValues<HttpRequestError>().Length,
        Enum.GetValues<HttpRequestError>().Select(error => ErrorTypes.Find(new HttpRequestException(error))).Distinct().Count());
}
