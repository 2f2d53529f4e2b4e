using System.Net;

namespace Resilience.Http.Tests.Retry;

public sealed class RetryLoopTests
{
    [Fact]
    public async Task A_success_is_sent_once()
    {
        using var world = new RetryFixture(script => script.Always(200));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([0], world.AttemptsAt);
    }

    [Fact]
    public async Task A_passing_failure_is_repeated_until_it_passes()
    {
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([0, 200, 600], world.AttemptsAt);
        Assert.Equal(2, world.Retried());
    }

    [Fact]
    public async Task Three_retries_are_four_attempts_and_the_caller_gets_the_last_response()
    {
        using var world = new RetryFixture(script => script.Fail(3, 503).Then(504));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal([0, 200, 600, 1400], world.AttemptsAt);
        Assert.Equal(["max_retries_reached"], world.Suppressed());
    }

    [Fact]
    public async Task The_caller_gets_the_last_exception_itself()
    {
        var last = new HttpRequestException(HttpRequestError.ResponseEnded, "the fourth");
        using var world = new RetryFixture(script => script.Reset(3).Then(_ => throw last));

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => world.GetAsync());

        Assert.Same(last, thrown);
        Assert.Equal(4, world.Server.Requests.Count);
    }

    [Fact]
    public async Task An_answer_is_not_repeated_whatever_it_says()
    {
        using var world = new RetryFixture(script => script.Then(404));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Single(world.Server.Requests);
        Assert.Empty(world.Suppressed());
    }

    [Fact]
    public async Task A_failure_that_is_not_the_service_s_doing_reaches_the_caller_as_it_is()
    {
        var own = new InvalidOperationException("the caller's handler");
        using var world = new RetryFixture(script => script.Then(_ => throw own));

        Assert.Same(own, await Assert.ThrowsAsync<InvalidOperationException>(() => world.GetAsync()));
        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task An_attempt_that_timed_out_is_repeated()
    {
        using var world = new RetryFixture(script => script.Hang().Then(200), options => options.AttemptTimeout = TimeSpan.FromSeconds(2));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([0, 2200], world.AttemptsAt);
    }

    [Fact]
    public async Task If_all_attempts_time_out_the_caller_gets_the_timeout_of_the_last()
    {
        using var world = new RetryFixture(script => script.Hang().Always(), options => options.AttemptTimeout = TimeSpan.FromSeconds(2));

        var timeout = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.GetAsync());

        Assert.Equal(TimeoutScope.Attempt, timeout.Scope);
        Assert.Equal([0, 2200, 4600, 7400], world.AttemptsAt);
    }

    [Fact]
    public async Task An_attempt_that_follows_at_once_has_its_whole_time_as_well()
    {
        using var world = new RetryFixture(
            script => script.Hang().Always(),
            options =>
            {
                options.AttemptTimeout = TimeSpan.FromSeconds(2);
                options.Retry.BaseDelay = TimeSpan.Zero;
            });

        await Assert.ThrowsAsync<RequestTimedOutException>(() => world.GetAsync());

        Assert.Equal([0, 2000, 4000, 6000], world.AttemptsAt);
        Assert.Equal(TimeSpan.FromSeconds(8), world.Clock.Elapsed);
    }

    [Fact]
    public async Task The_deadline_of_the_call_ends_the_last_attempt_and_is_not_repeated()
    {
        using var world = new RetryFixture(
            script => script.Hang().Always(),
            options =>
            {
                options.AttemptTimeout = TimeSpan.FromSeconds(2);
                options.TotalTimeout = TimeSpan.FromSeconds(5);
            });

        var timeout = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.GetAsync());

        Assert.Equal(TimeoutScope.Total, timeout.Scope);
        Assert.Equal([0, 2200, 4600], world.AttemptsAt);
        Assert.Equal(TimeSpan.FromSeconds(5), world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_wait_past_the_deadline_is_not_begun_and_the_response_is_returned_at_once()
    {
        using var world = new RetryFixture(script => script.Fail(4, 503), options => options.TotalTimeout = TimeSpan.FromSeconds(1));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal([0, 200, 600], world.AttemptsAt);
        Assert.Equal(TimeSpan.FromMilliseconds(600), world.Clock.Elapsed);
        Assert.Equal(["deadline_too_near"], world.Suppressed());
    }

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
    public async Task A_retry_after_in_another_form_is_never_taken_for_no_wish(string retryAfter, double[] attemptsAt)
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
    public async Task A_wish_past_the_deadline_ends_the_call_with_that_answer_at_once(int status)
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

    [Fact]
    public async Task Decorrelated_jitter_goes_from_the_wait_before()
    {
        using var world = new RetryFixture(script => script.Fail(4, 503), options => options.Retry.Jitter = HttpRetryJitter.Decorrelated);

        using var response = await world.GetAsync();

        Assert.Equal([0, 600, 2400, 7800], world.AttemptsAt);
    }

    [Fact]
    public async Task Switched_off_it_sends_once()
    {
        using var world = new RetryFixture(script => script.Always(503), options => options.Retry.Enabled = false);

        using var response = await world.GetAsync();

        Assert.Single(world.Server.Requests);
        Assert.Equal(["disabled"], world.Suppressed());
    }

    [Fact]
    public async Task A_request_marked_NoRetry_is_sent_once()
    {
        using var world = new RetryFixture(script => script.Always(503));

        using var response = await world.SendAsync(new HttpRequestMessage(HttpMethod.Get, "").NoRetry());

        Assert.Single(world.Server.Requests);
        Assert.Equal(["disabled"], world.Suppressed());
    }

    [Fact]
    public async Task A_handler_that_throws_before_it_returns_a_task_is_one_that_fails()
    {
        var inside = new FailingHandler(times: 2, () => new HttpRequestException(HttpRequestError.ConnectionError));
        using var world = new RetryFixture(script => script.Always(200), inside: inside);

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(600, Assert.Single(world.AttemptsAt));
    }

    [Fact]
    public async Task A_call_cancelled_while_it_waits_ends_at_once_with_the_caller_s_token()
    {
        using var caller = new CancellationTokenSource();
        using var world = new RetryFixture(script => script.Always(503));

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => world.GetAsync(caller, TimeSpan.FromMilliseconds(300)));

        Assert.Equal(caller.Token, canceled.CancellationToken);
        Assert.Equal([0, 200], world.AttemptsAt);
        Assert.Equal(TimeSpan.FromMilliseconds(300), world.Clock.Elapsed);
        Assert.Equal(["caller_canceled"], world.Suppressed());
        Assert.Equal(
            (2, "caller_canceled"),
            (Assert.Single(world.Log.Of("CallFailed")).Fields["Attempts"], world.Log.Of("CallFailed")[0].Fields["StopReason"]));
    }

    [Fact]
    public async Task A_response_that_came_just_as_the_caller_left_is_returned_and_not_repeated()
    {
        using var caller = new CancellationTokenSource();
        using var world = new RetryFixture(script => script.Then(_ =>
        {
            caller.Cancel();
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }));

        using var response = await world.GetAsync(caller.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["caller_canceled"], world.Suppressed());
    }

    [Fact]
    public async Task A_judge_of_the_user_decides_what_is_repeated()
    {
        using var world = new RetryFixture(
            script => script.Fail(1, 404).Then(200),
            options => options.ClassifyOutcome = outcome =>
                outcome.Response?.StatusCode == HttpStatusCode.NotFound ? AttemptVerdict.Transient : null);

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, world.Server.Requests.Count);
    }

    [Fact]
    public async Task If_ClassifyOutcome_throws_the_table_applies_and_the_error_is_logged_once()
    {
        var fault = new InvalidOperationException("no such header");
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(404), options => options.ClassifyOutcome = _ => throw fault);

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var error = Assert.Single(world.Log.Of("JudgeThrew"));
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Error, error.Level);
        Assert.Same(fault, error.Exception);
        Assert.Equal("payments", error.Fields["Service"]);
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
