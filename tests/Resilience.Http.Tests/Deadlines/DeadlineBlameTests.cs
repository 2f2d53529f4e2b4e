using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Deadlines;

/// <summary>Which of the calls that a deadline ends count against the service.</summary>
public sealed class DeadlineBlameTests
{
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
    public async Task An_error_just_before_a_propagated_deadline_is_classified_like_the_timeout(
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
    public async Task A_service_that_enforces_short_deadlines_itself_leaves_the_circuit_closed()
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
    public async Task Callers_with_enough_time_open_the_circuit_of_the_same_service_if_it_hangs()
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
