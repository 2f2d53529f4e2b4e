using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

public sealed class SynchronousRetryTests
{
    [Fact]
    public void A_synchronous_call_is_repeated_with_the_same_waits()
    {
        using var world = new RetryFixture(script => script.Fail(3, 503).Then(200));

        using var response = world.Send(new(HttpMethod.Get, ""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([0, 200, 600, 1400], world.AttemptsAt);
    }

    [Fact]
    public void The_caller_gets_the_last_response_or_exception()
    {
        using var world = new RetryFixture(script => script.Fail(4, 503).Refuse().Always());

        using var response = world.Send(new(HttpMethod.Get, ""));
        var thrown = Assert.Throws<HttpRequestException>(() => world.Send(new(HttpMethod.Get, "")));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(HttpRequestError.ConnectionError, thrown.HttpRequestError);
        Assert.Equal(8, world.Server.Requests.Count);
    }

    [Fact]
    public void An_attempt_that_timed_out_is_repeated()
    {
        using var world = new RetryFixture(script => script.Hang().Then(200), options => options.AttemptTimeout = TimeSpan.FromSeconds(2));

        using var response = world.Send(new(HttpMethod.Get, ""));

        Assert.Equal([0, 2200], world.AttemptsAt);
    }

    [Fact]
    public void Retry_after_is_waited_for()
    {
        using var world = new RetryFixture(script => script.Fail(1, 429, TimeSpan.FromSeconds(7)).Then(200)) { Chance = 0 };

        using var response = world.Send(new(HttpMethod.Get, ""));

        Assert.Equal([0, 7000], world.AttemptsAt);
    }

    [Fact]
    public void A_wait_of_zero_needs_no_clock_that_moves()
    {
        using var client = new ChainClient(
            new ScriptedServer(script => script.Fail(3, 503).Then(200)),
            options => options.Retry.BaseDelay = TimeSpan.Zero,
            new VirtualTimeProvider());

        using var response = client.Http.Send(new(HttpMethod.Get, ""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void A_wait_of_zero_blocks_nothing()
    {
        using var world = new RetryFixture(script => script.Fail(3, 503).Then(200), options => options.Retry.BaseDelay = TimeSpan.Zero);

        using var response = world.Send(new(HttpMethod.Get, ""));

        Assert.Equal([0, 0, 0, 0], world.AttemptsAt);
    }

    [Fact]
    public void A_call_cancelled_while_it_waits_ends_at_once_with_the_callers_token()
    {
        using var caller = new CancellationTokenSource();
        using var world = new RetryFixture(script => script.Always(503));

        var canceled = Assert.ThrowsAny<OperationCanceledException>(() => world.Clock.Run(() =>
        {
            using var timer = world.Clock.CreateTimer(_ => caller.Cancel(), null, TimeSpan.FromMilliseconds(300), Timeout.InfiniteTimeSpan);
            return world.Http.Send(new(HttpMethod.Get, ""), HttpCompletionOption.ResponseHeadersRead, caller.Token);
        }));

        Assert.Equal(caller.Token, canceled.CancellationToken);
        Assert.Equal([0, 200], world.AttemptsAt);
        Assert.Equal(9, world.Budget, 0.5);
    }

    [Fact]
    public void A_503_is_a_sign_of_load_even_if_the_caller_cancels_at_that_moment()
    {
        CancellationTokenSource? caller = null;
        using var world = new RetryFixture(script => script.Always(503), inside: new LeavingCaller(() => caller!.Cancel()));

        for (var i = 0; i < 5; i++)
        {
            using (caller = new CancellationTokenSource())
            {
                using var response = world.Send(new(HttpMethod.Get, ""), caller.Token);
            }
        }

        Assert.Equal(5, world.AttemptsAt.Length);
        Assert.True(world.IsShedding);
    }

    private sealed class LeavingCaller(Action leave) : DelegatingHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = base.Send(request, cancellationToken);
            leave();
            return response;
        }
    }
}
