using System.Net;

namespace Resilience.Http.Tests.Retry;

/// <summary>A server that names a time is asked again after it, or not at all.</summary>
public sealed class RetryAfterWaitTests
{
    [Fact]
    public async Task Retry_after_is_waited_for()
    {
        using var world = new RetryFixture(script => script.Fail(1, 429, TimeSpan.FromSeconds(7)).Then(200)) { Chance = 0.5 };

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([0, 7100], world.AttemptsAt);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(529)]
    public async Task Retry_after_is_waited_for_on_every_answer_that_is_repeated(int status)
    {
        using var world = new RetryFixture(script => script.Fail(1, status, TimeSpan.FromSeconds(7)).Then(200)) { Chance = 0.5 };

        using var response = await world.GetAsync();

        Assert.Equal([0, 7100], world.AttemptsAt);
    }

    [Theory]
    [InlineData("soon", new double[] { 0, 200, 600, 1400 })]
    [InlineData("120s", new double[] { 0, 200, 600, 1400 })]
    [InlineData("1.5", new double[] { 0, 2000, 4000, 6000 })]
    [InlineData("1, 2", new double[] { 0, 2000, 4000, 6000 })]
    public async Task A_Retry_After_in_another_form_never_leads_to_an_earlier_retry(string retryAfter, double[] attemptsAt)
    {
        using var world = new RetryFixture(script => script.Then(_ => Asking(retryAfter)).Always()) { Chance = 0 };

        using var response = await world.GetAsync();

        Assert.Equal(attemptsAt, world.AttemptsAt);
    }

    [Fact]
    public async Task A_server_whose_clock_is_behind_is_given_the_time_it_asks_for()
    {
        using var world = new RetryFixture(
            script => script.Then(_ => Asking("Sun, 01 Mar 2020 12:00:07 GMT", "Sun, 01 Mar 2020 12:00:00 GMT")).Then(200))
        {
            Chance = 0,
        };

        using var response = await world.GetAsync();

        Assert.Equal([0, 7000], world.AttemptsAt);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_Retry_After_past_the_deadline_ends_the_call_with_that_response_at_once(int status)
    {
        using var world = new RetryFixture(script => script.Fail(1, status, TimeSpan.FromSeconds(31)));

        using var response = await world.GetAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(TimeSpan.Zero, world.Clock.Elapsed);
        Assert.Equal(["retry_after_past_deadline"], world.Suppressed());
    }

    [Fact]
    public async Task Retry_after_past_the_deadline_returns_that_response_at_once()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503, TimeSpan.FromSeconds(30)));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), response.Headers.RetryAfter?.Delta);
        Assert.Equal(TimeSpan.Zero, world.Clock.Elapsed);
        Assert.Equal(["retry_after_past_deadline"], world.Suppressed());
    }

    [Theory]
    [InlineData(60, 2)]
    [InlineData(61, 1)]
    public async Task Without_a_deadline_retry_after_is_waited_for_up_to_a_minute(int seconds, int attempts)
    {
        using var world = new RetryFixture(
            script => script.Fail(1, 503, TimeSpan.FromSeconds(seconds)).Always(200),
            options => options.TotalTimeout = Timeout.InfiniteTimeSpan);

        using var response = await world.GetAsync();

        Assert.Equal(attempts, world.Server.Requests.Count);
    }

    private static HttpResponseMessage Asking(string retryAfter, string? date = null)
    {
        var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        if (date is not null)
        {
            response.Headers.TryAddWithoutValidation("Date", date);
        }

        return response;
    }
}
