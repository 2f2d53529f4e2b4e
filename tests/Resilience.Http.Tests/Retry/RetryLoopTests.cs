using System.Net;

namespace Resilience.Http.Tests.Retry;

/// <summary>Which outcomes are repeated, and what the caller gets in the end.</summary>
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
    public async Task A_404_is_returned_without_a_retry()
    {
        using var world = new RetryFixture(script => script.Then(404));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Single(world.Server.Requests);
        Assert.Empty(world.Suppressed());
    }

    [Fact]
    public async Task A_failure_that_the_service_did_not_cause_reaches_the_caller_unchanged()
    {
        var own = new InvalidOperationException("the caller's handler");
        using var world = new RetryFixture(script => script.Then(_ => throw own));

        Assert.Same(own, await Assert.ThrowsAsync<InvalidOperationException>(() => world.GetAsync()));
        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task Decorrelated_jitter_goes_from_the_wait_before()
    {
        using var world = new RetryFixture(script => script.Fail(4, 503), options => options.Retry.Jitter = HttpRetryJitter.Decorrelated);

        using var response = await world.GetAsync();

        Assert.Equal([0, 600, 2400, 7800], world.AttemptsAt);
    }

    [Fact]
    public async Task With_retries_switched_off_a_call_is_sent_once()
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
    public async Task A_custom_ClassifyOutcome_decides_what_is_repeated()
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
}
