using System.Net;

namespace Resilience.Http.Tests.Hedging;

public sealed class HedgedCallTests
{
    [Fact]
    public async Task A_hedge_goes_out_after_the_delay_and_its_success_wins()
    {
        using var fixture = new HedgingFixture(server => server.Slow(TimeSpan.FromSeconds(5)).Then(HttpStatusCode.OK, "\"hedge\""));

        using var response = await fixture.GetAsync();

        Assert.Equal("\"hedge\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal([0, 100], fixture.SentAt);
        Assert.Equal(TimeSpan.FromMilliseconds(100), fixture.Clock.Elapsed);
        Assert.Equal(["won"], fixture.Hedges);
    }

    [Fact]
    public async Task The_first_send_wins_if_it_answers_before_its_hedge()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(TimeSpan.FromMilliseconds(150), HttpStatusCode.OK, "\"first\"").Slow(TimeSpan.FromSeconds(5)));

        using var response = await fixture.GetAsync();

        Assert.Equal("\"first\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.FromMilliseconds(150), fixture.Clock.Elapsed);
        Assert.Equal(["lost"], fixture.Hedges);
    }

    [Fact]
    public async Task The_log_line_of_a_call_says_how_many_hedges_were_sent()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(TimeSpan.FromMilliseconds(150), HttpStatusCode.ServiceUnavailable).Always(),
            options => options.Retry.MaxRetries = 0);

        (await fixture.GetAsync()).Dispose();

        Assert.Contains(fixture.Log.Lines, line => line.Text.Contains("after 1 attempt(s) and 1 hedge(s)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_send_that_answers_in_time_is_not_hedged()
    {
        using var fixture = new HedgingFixture(server => server.Slow(TimeSpan.FromMilliseconds(99)).Always());

        for (var call = 0; call < 10; call++)
        {
            (await fixture.GetAsync()).Dispose();
        }

        Assert.Equal(10, fixture.Server.Requests.Count);
        Assert.Empty(fixture.Hedges);
    }

    [Fact]
    public async Task A_failure_before_the_delay_launches_nothing()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(TimeSpan.FromMilliseconds(50), HttpStatusCode.ServiceUnavailable).Then(200),
            options => options.Retry.BaseDelay = TimeSpan.FromSeconds(1));

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, fixture.Server.Requests.Count);
        Assert.Empty(fixture.Hedges);
    }

    [Fact]
    public async Task A_failed_hedge_does_not_win_while_the_first_send_is_in_flight()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(TimeSpan.FromMilliseconds(300)).Then(HttpStatusCode.InternalServerError));

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TimeSpan.FromMilliseconds(300), fixture.Clock.Elapsed);
        Assert.Equal(["failed"], fixture.Hedges);
    }

    [Fact]
    public async Task If_all_sends_fail_the_last_outcome_is_that_of_the_attempt()
    {
        using var fixture = new HedgingFixture(
            server => server
                .Slow(TimeSpan.FromMilliseconds(200), HttpStatusCode.InternalServerError)
                .Slow(TimeSpan.FromMilliseconds(300), HttpStatusCode.BadGateway),
            options => options.Retry.MaxRetries = 0);

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(TimeSpan.FromMilliseconds(400), fixture.Clock.Elapsed);
    }

    [Fact]
    public async Task If_all_sends_of_an_attempt_fail_the_retry_loop_goes_on()
    {
        using var fixture = new HedgingFixture(
            server => server
                .Slow(TimeSpan.FromMilliseconds(200), HttpStatusCode.InternalServerError)
                .Slow(TimeSpan.FromMilliseconds(300), HttpStatusCode.BadGateway)
                .Then(HttpStatusCode.OK),
            options => options.Retry.MaxRetries = 1);

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, fixture.Server.Requests.Count);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(412)]
    [InlineData(425)]
    [InlineData(429)]
    public async Task An_answer_caused_by_the_overlapping_sends_does_not_win(int status)
    {
        using var fixture = new HedgingFixture(server => server.Slow(TimeSpan.FromMilliseconds(300)).Then(status));

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TimeSpan.FromMilliseconds(300), fixture.Clock.Elapsed);
    }

    [Fact]
    public async Task A_conflict_is_the_outcome_if_no_other_send_is_in_flight()
    {
        using var fixture = new HedgingFixture(
            server => server
                .Slow(TimeSpan.FromMilliseconds(300), HttpStatusCode.Conflict)
                .Slow(TimeSpan.FromSeconds(1), HttpStatusCode.Conflict));

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(2, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task Each_further_hedge_waits_for_another_delay()
    {
        using var fixture = new HedgingFixture(
            server => server.Hang(3).Then(200), options => options.Hedging.MaxHedges = 3);

        using var response = await fixture.GetAsync();

        Assert.Equal([0, 100, 200, 300], fixture.SentAt);
        Assert.Equal(["lost", "lost", "won"], fixture.Hedges.Order());
    }

    [Fact]
    public async Task No_more_than_the_configured_hedges_go_out()
    {
        using var fixture = new HedgingFixture(server => server.Slow(TimeSpan.FromSeconds(3)).Always());

        using var response = await fixture.GetAsync();

        Assert.Equal([0, 100], fixture.SentAt);
    }

    [Fact]
    public async Task The_request_of_the_response_is_the_one_that_was_sent()
    {
        using var fixture = new HedgingFixture(server => server.Hang().Then(200));
        using var request = new HttpRequestMessage(HttpMethod.Get, "charges/1");

        using var response = await fixture.SendAsync(request);

        Assert.NotSame(request, response.RequestMessage);
        Assert.Equal("https://payments.internal/charges/1", response.RequestMessage!.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task The_deadline_of_the_call_ends_all_sends_and_is_reported_once()
    {
        using var fixture = new HedgingFixture(
            server => server.Hang().Always(),
            options =>
            {
                options.TotalTimeout = TimeSpan.FromSeconds(2);
                options.AttemptTimeout = Timeout.InfiniteTimeSpan;
            });

        await Assert.ThrowsAsync<RequestTimedOutException>(() => fixture.GetAsync());

        Assert.Equal(TimeSpan.FromSeconds(2), fixture.Clock.Elapsed);
        Assert.Single(fixture.Metrics.Of("resilience.http.timeouts"));
        Assert.Equal(["lost"], fixture.Hedges);
    }

    [Fact]
    public async Task No_further_hedge_goes_out_at_the_deadline()
    {
        var late = new TaskCompletionSource<HttpResponseMessage>();
        using var fixture = new HedgingFixture(
            server => server.Then((_, _) => late.Task).Always(),
            options =>
            {
                options.TotalTimeout = 2 * HedgingFixture.Delay;
                options.Hedging.MaxHedges = 4;
                options.Retry.MaxRetries = 0;
            });

        var call = fixture.Http.GetAsync("charges/1", TestContext.Current.CancellationToken);
        fixture.Clock.Advance(3 * HedgingFixture.Delay);
        late.SetException(new HttpRequestException("cut"));
        await Assert.ThrowsAsync<RequestTimedOutException>(() => call);

        Assert.Equal([0, 100], fixture.SentAt);
        Assert.Empty(fixture.Suppressed);
    }

    [Fact]
    public async Task Each_send_has_its_own_attempt_timeout()
    {
        using var fixture = new HedgingFixture(
            server => server.Hang().Slow(TimeSpan.FromMilliseconds(950)),
            options =>
            {
                options.AttemptTimeout = TimeSpan.FromSeconds(1);
                options.Retry.MaxRetries = 0;
            });

        using var response = await fixture.GetAsync();

        Assert.Equal(TimeSpan.FromMilliseconds(1050), fixture.Clock.Elapsed);
        Assert.Single(fixture.Metrics.Of("resilience.http.timeouts"));
    }
}
