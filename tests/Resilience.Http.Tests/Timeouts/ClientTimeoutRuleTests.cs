using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// The rule on its own: what is on the client, what the total timeout is, what comes of the two. Seconds; -0.001 is infinite.
/// </summary>
public sealed class ClientTimeoutRuleTests
{
    private const double Infinite = -0.001;

    [Theory]
    [InlineData(100, 30, 31, 30.95)] // the framework's own: room for the fallback and a small body
    [InlineData(100, 100, 101, 100.95)]
    [InlineData(100, 86_400, 86_401, 86_400.95)]
    [InlineData(100, Infinite, Infinite, Infinite)]
    [InlineData(60, 30, 60, 59.95)] // the user's, longer: left alone
    [InlineData(30.001, 30, 30.001, 29.951)]
    [InlineData(Infinite, 30, Infinite, Infinite)]
    [InlineData(Infinite, Infinite, Infinite, Infinite)]
    public void A_timeout_longer_than_the_deadline_bounds_only_what_a_request_may_ask_for(
        double client, double total, double timeout, double longest)
    {
        Assert.Equal(
            new HttpClientTimeoutPlan(TimeSpan.FromSeconds(timeout), TimeSpan.FromSeconds(longest), ShortensTotal: false),
            HttpClientTimeoutPlan.Decide(TimeSpan.FromSeconds(client), TimeSpan.FromSeconds(total)));
    }

    [Theory]
    [InlineData(5, 30, 4.95)]
    [InlineData(30, 30, 29.95)]
    [InlineData(5, Infinite, 4.95)]
    [InlineData(0.2, 30, 0.15)]
    [InlineData(0.1, 30, 0.05)] // 50 ms less would leave little or nothing: half of it
    [InlineData(0.06, 30, 0.03)]
    [InlineData(0.001, 30, 0.0005)]
    public void A_user_timeout_that_is_not_longer_replaces_the_total_timeout_a_little_earlier(
        double client, double total, double longest)
    {
        Assert.Equal(
            new HttpClientTimeoutPlan(TimeSpan.FromSeconds(client), TimeSpan.FromSeconds(longest), ShortensTotal: true),
            HttpClientTimeoutPlan.Decide(TimeSpan.FromSeconds(client), TimeSpan.FromSeconds(total)));
    }
}
