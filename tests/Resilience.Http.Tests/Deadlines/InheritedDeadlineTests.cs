using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Deadlines;

/// <summary>A call that is made within a deadline.</summary>
public sealed class InheritedDeadlineTests
{
    [Theory]
    [InlineData(2_000, 0, 2_000, TimeoutScope.Incoming)]
    [InlineData(2_000, 500, 1_500, TimeoutScope.Incoming)]
    [InlineData(4_000, 0, 4_000, TimeoutScope.Attempt)]
    [InlineData(60_000, 0, 4_000, TimeoutScope.Attempt)]
    public async Task The_shorter_of_its_own_limits_and_the_deadline_less_the_reserve_cuts(
        int deadline, int reserve, int cutAt, TimeoutScope scope)
    {
        using var world = new DeadlineFixture(script => script.Hang().Always(), options =>
        {
            options.Retry.Enabled = false;
            options.Deadline.Reserve = TimeSpan.FromMilliseconds(reserve);
        });
        using var inherited = world.Begin(deadline);

        var exception = await world.TimesOutAsync();

        Assert.Equal((TimeSpan.FromMilliseconds(cutAt), scope), (world.Clock.Elapsed, exception.Scope));
        Assert.Equal(TimeSpan.FromMilliseconds(cutAt), exception.Timeout);
    }

    [Fact]
    public async Task Retries_keep_to_it()
    {
        using var world = new DeadlineFixture(script => script.Fail(2, 503).Hang().Always());
        using var inherited = world.Begin(5_000);

        var exception = await world.TimesOutAsync();

        Assert.Equal((TimeSpan.FromSeconds(5), TimeoutScope.Incoming), (world.Clock.Elapsed, exception.Scope));
        Assert.Equal(3, world.Server.Requests.Count);
    }

    [Fact]
    public async Task A_retry_whose_wait_would_pass_it_is_not_begun()
    {
        using var world = new DeadlineFixture(script => script.Always(503));
        using var inherited = world.Begin(2_000);

        using var response = await world.SendAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal((TimeSpan.FromSeconds(1), 2), (world.Clock.Elapsed, world.Server.Requests.Count));
    }

    [Fact]
    public async Task It_bounds_a_client_without_limits_of_its_own()
    {
        using var world = new DeadlineFixture(
            script => script.Hang().Always(), options => options.TotalTimeout = options.AttemptTimeout = Timeout.InfiniteTimeSpan);
        using var inherited = world.Begin(2_000);

        var exception = await world.TimesOutAsync();

        Assert.Equal((TimeSpan.FromSeconds(2), TimeoutScope.Incoming), (world.Clock.Elapsed, exception.Scope));
    }

    [Fact]
    public async Task The_message_names_the_incoming_deadline_and_the_metric_counts_it()
    {
        using var world = new DeadlineFixture(script => script.Hang().Always());
        using var inherited = world.Begin(2_000);

        var exception = await world.TimesOutAsync();

        Assert.Equal(
            "payments (https://payments.internal) sent no response headers within the 2 s that the incoming deadline left, in attempt 1. " +
            "The caller of this app no longer waits for the answer. Find out what used up the time, or give the request more of it. " +
            "This limit is not HttpClient.Timeout.",
            exception.Message);
        Assert.Equal(["incoming"], world.Timeouts());
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 0, false)]
    [InlineData(300, 300, true)]
    [InlineData(300, 500, false)]
    public async Task With_nothing_left_nothing_is_sent_judged_or_paid(int deadline, int reserve, bool async)
    {
        using var world = new DeadlineFixture(
            script => script.Always(200), options => options.Deadline.Reserve = TimeSpan.FromMilliseconds(reserve));
        using var inherited = world.Begin(deadline);
        var budget = world.Budget;

        var exception = async
            ? await world.TimesOutAsync()
            : Assert.Throws<RequestTimedOutException>(() => world.Send());

        Assert.Equal((TimeoutScope.Incoming, TimeSpan.Zero, "payments"), (exception.Scope, exception.Timeout, exception.ServiceName));
        Assert.StartsWith(
            "payments (https://payments.internal) was not called: no time is left of the incoming deadline.",
            exception.Message,
            StringComparison.Ordinal);
        Assert.Empty(world.Server.Requests);
        Assert.Empty(world.Circuits.GetAll());
        Assert.Equal(budget, world.Budget);
        Assert.Equal(["incoming"], world.Timeouts());
        Assert.Equal("timeout", Assert.Single(world.Metrics.Of("resilience.http.call.duration")).Tags["resilience.outcome"]);
    }

    [Fact]
    public async Task With_nothing_left_a_fallback_still_answers()
    {
        using var world = new DeadlineFixture(
            script => script.Always(200), options => options.Fallback.StatusCode = HttpStatusCode.NonAuthoritativeInformation);
        using var inherited = world.Begin(0);

        using var response = await world.SendAsync();

        Assert.Equal(HttpStatusCode.NonAuthoritativeInformation, response.StatusCode);
    }

    [Fact]
    public async Task A_fallback_delegate_has_no_more_time_than_the_deadline_and_its_own_least()
    {
        var never = new TaskCompletionSource<HttpResponseMessage?>();
        using var world = new DeadlineFixture(
            script => script.Hang().Always(), options => options.Fallback.Add((_, _) => new(never.Task)));
        using var inherited = world.Begin(2_000);

        await world.TimesOutAsync();

        Assert.Equal(TimeSpan.FromMilliseconds(2_500), world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_context_that_served_a_bound_call_serves_the_next_one_unbound()
    {
        using var world = new DeadlineFixture(
            script => script.Hang().Slow(TimeSpan.FromSeconds(3)), options => options.Retry.Enabled = false);
        using (world.Begin(1_000))
        {
            await world.TimesOutAsync();
        }

        using var response = await world.SendAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void A_synchronous_send_keeps_to_it()
    {
        using var world = new DeadlineFixture(script => script.Fail(1, 503).Hang().Always());
        using var inherited = world.Begin(3_000);

        var exception = Assert.Throws<RequestTimedOutException>(() => world.Send());

        Assert.Equal((TimeSpan.FromSeconds(3), TimeoutScope.Incoming), (world.Clock.Elapsed, exception.Scope));
    }

    [Fact]
    public async Task A_gRPC_client_gets_the_status_of_a_deadline()
    {
        using var world = new DeadlineFixture(script => script.Always(200));
        using var inherited = world.Begin(0);
        using var call = Grpc.GrpcWorld.Call();

        using var response = await world.SendAsync(call);

        Assert.Equal("4", Assert.Single(response.Headers.GetValues("grpc-status")));
    }

    [Theory]
    [InlineData(3_989, AttemptVerdict.Ignored)]
    [InlineData(3_990, AttemptVerdict.Transient)]
    public void A_cut_blames_the_service_only_after_the_attempt_timeout(int ran, AttemptVerdict verdict) =>
        Assert.Equal(verdict, Judge(ran, TimeoutScope.Incoming, total: 10_000).Verdict);

    [Theory]
    [InlineData(989, AttemptVerdict.Ignored)]
    [InlineData(990, AttemptVerdict.Transient)]
    public void A_cut_blames_the_service_after_a_shorter_total_timeout_too(int ran, AttemptVerdict verdict) =>
        Assert.Equal(verdict, Judge(ran, TimeoutScope.Incoming, total: 1_000).Verdict);

    [Theory]
    [InlineData(1_949, 503, true, CircuitState.Open)]
    [InlineData(1_950, 503, true, CircuitState.Closed)]
    [InlineData(1_999, 500, true, CircuitState.Closed)]
    [InlineData(1_999, 504, false, CircuitState.Open)]
    public async Task An_error_just_before_the_deadline_that_was_sent_is_judged_as_the_cut(
        int after, int status, bool propagates, CircuitState state)
    {
        using var world = new DeadlineFixture(
            script => script.Slow(TimeSpan.FromMilliseconds(after), (HttpStatusCode)status).Always(),
            options =>
            {
                options.Deadline.Propagate = propagates;
                options.CircuitBreaker.FailureThreshold = 3;
                options.Retry.Enabled = false;
            });
        for (var i = 0; i < 3; i++)
        {
            using var inherited = world.Begin(2_000);
            using var response = await world.SendAsync();
            Assert.Equal(status, (int)response.StatusCode);
        }

        Assert.Equal(state, world.Circuits.GetAll().Single().State);
    }

    [Fact]
    public async Task A_service_that_keeps_to_short_deadlines_itself_leaves_the_circuit_closed()
    {
        using var world = new DeadlineFixture(script => script.Slow(TimeSpan.FromMilliseconds(4), HttpStatusCode.GatewayTimeout).Always());
        for (var i = 0; i < 1_000; i++)
        {
            using var inherited = world.Begin(5);
            using var response = await world.SendAsync();
            Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        }

        Assert.Equal(CircuitState.Closed, world.Circuits.GetAll().Single().State);
    }

    [Fact]
    public async Task Requests_with_too_short_deadlines_do_not_open_the_circuit_of_other_callers()
    {
        using var world = new DeadlineFixture(script => script.Slow(TimeSpan.FromMilliseconds(50)).Always());
        for (var i = 0; i < 1_000; i++)
        {
            using (world.Begin(5))
            {
                Assert.Equal(TimeoutScope.Incoming, (await world.TimesOutAsync()).Scope);
            }

            if (i % 10 == 0)
            {
                using var response = await world.SendAsync();
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
        }

        Assert.Equal(CircuitState.Closed, world.Circuits.GetAll().Single().State);
        Assert.Empty(world.Metrics.Of("circuit_breaker.failures"));
    }

    [Fact]
    public async Task The_same_service_hanging_is_opened_by_the_callers_that_have_time()
    {
        using var world = new DeadlineFixture(script => script.Hang().Always());
        for (var i = 0; i < 10; i++)
        {
            for (var j = 0; j < 10; j++)
            {
                using var inherited = world.Begin(5);
                await Assert.ThrowsAnyAsync<Exception>(() => world.SendAsync());
            }

            await Assert.ThrowsAnyAsync<Exception>(() => world.SendAsync());
        }

        Assert.Equal(CircuitState.Open, world.Circuits.GetAll().Single().State);
    }

    private static Judgement Judge(int ran, TimeoutScope scope, int total)
    {
        var clock = new VirtualTimeProvider();
        var options = new ResilientHttpClientOptions
        {
            TotalTimeout = TimeSpan.FromMilliseconds(total),
            AttemptTimeout = TimeSpan.FromMilliseconds(Math.Min(4_000, total)),
        };
        using var request = DeadlineFixture.Get();
        var context = CallContext.Rent(new ServiceState("payments", new ResilienceRuntime(clock), options), options, request, default);
        context.BeginAttempt(request);
        clock.Advance(TimeSpan.FromMilliseconds(ran));
        context.Attempt.FiredTimeout = scope;
        return context.Attempt.Judge(request, null, new OperationCanceledException());
    }
}
