using System.Net;

namespace Resilience.Http.Tests.Retry;

/// <summary>Retries end with the time of the call, and with its caller.</summary>
public sealed class RetryTimeLimitTests
{
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
    public async Task A_wait_past_the_deadline_is_not_started_and_the_response_is_returned_at_once()
    {
        using var world = new RetryFixture(script => script.Fail(4, 503), options => options.TotalTimeout = TimeSpan.FromSeconds(1));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal([0, 200, 600], world.AttemptsAt);
        Assert.Equal(TimeSpan.FromMilliseconds(600), world.Clock.Elapsed);
        Assert.Equal(["deadline_too_near"], world.Suppressed());
    }

    [Fact]
    public async Task A_call_cancelled_while_it_waits_ends_at_once_with_the_callers_token()
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
    public async Task A_response_that_arrived_as_the_caller_cancelled_is_returned_and_not_retried()
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
}
