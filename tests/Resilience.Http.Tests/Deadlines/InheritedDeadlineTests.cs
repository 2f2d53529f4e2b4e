using System.Net;

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
    public async Task Retries_respect_the_inherited_deadline()
    {
        using var world = new DeadlineFixture(script => script.Fail(2, 503).Hang().Always());
        using var inherited = world.Begin(5_000);

        var exception = await world.TimesOutAsync();

        Assert.Equal((TimeSpan.FromSeconds(5), TimeoutScope.Incoming), (world.Clock.Elapsed, exception.Scope));
        Assert.Equal(3, world.Server.Requests.Count);
    }

    [Fact]
    public async Task A_retry_whose_wait_would_pass_the_deadline_is_not_started()
    {
        using var world = new DeadlineFixture(script => script.Always(503));
        using var inherited = world.Begin(2_000);

        using var response = await world.SendAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal((TimeSpan.FromSeconds(1), 2), (world.Clock.Elapsed, world.Server.Requests.Count));
    }

    [Fact]
    public async Task An_inherited_deadline_bounds_a_client_without_limits_of_its_own()
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
    public async Task With_no_time_left_nothing_is_sent_classified_or_charged_to_the_budget(int deadline, int reserve, bool async)
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
    public async Task With_no_time_left_a_fallback_still_answers()
    {
        using var world = new DeadlineFixture(
            script => script.Always(200), options => options.Fallback.StatusCode = HttpStatusCode.NonAuthoritativeInformation);
        using var inherited = world.Begin(0);

        using var response = await world.SendAsync();

        Assert.Equal(HttpStatusCode.NonAuthoritativeInformation, response.StatusCode);
    }

    [Fact]
    public async Task A_fallback_delegate_may_exceed_the_deadline_only_by_its_minimum_time()
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
    public void A_synchronous_send_respects_the_inherited_deadline()
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
}
