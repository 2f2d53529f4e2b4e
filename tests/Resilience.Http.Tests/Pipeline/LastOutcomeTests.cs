using System.Text.RegularExpressions;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>How the messages of a call name the outcome of the attempt before.</summary>
public sealed partial class LastOutcomeTests
{
    public static TheoryData<TimeoutScope> Scopes => [.. Enum.GetValues<TimeoutScope>()];

    [Theory]
    [MemberData(nameof(Scopes))]
    public void A_time_limit_that_fired_is_named_as_its_setting(TimeoutScope scope)
    {
        var service = new ServiceState("payments", new ResilienceRuntime(), new ResilientHttpClientOptions());
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");
        var call = CallContext.Rent(service, service.Options, request, default);
        call.BeginAttempt(request);
        call.Attempt.FiredTimeout = scope;

        call.NoteOutcome(call.Attempt, default, response: null, new TimeoutException("no bytes within the BodyIdleTimeout of 2 s"));

        var text = call.LastOutcome;
        Assert.NotNull(text);
        Assert.All(
            Setting().Matches(text), static name => Assert.NotNull(typeof(ResilientHttpClientOptions).GetProperty(name.Value)));
        call.Return();
    }

    [GeneratedRegex(@"\b\w+Timeout\b")]
    private static partial Regex Setting();
}
