using System.Net;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Content;

namespace Resilience.Http.Tests.Deadlines;

/// <summary>Calls while the app stops.</summary>
public sealed class ShutdownOfCallsTests
{
    private static readonly TimeSpan HostTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2.7);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_in_flight_is_cut_at_what_the_shutdown_leaves(bool async)
    {
        using var world = World(script => script.Hang().Always());
        using var stop = world.StopsAfter(TimeSpan.FromSeconds(1), HostTimeout);

        var exception = async ? await world.TimesOutAsync() : Assert.Throws<RequestTimedOutException>(() => world.Send());

        Assert.Equal((TimeSpan.FromSeconds(1) + Grace, TimeoutScope.Shutdown), (world.Clock.Elapsed, exception.Scope));
        Assert.Equal(Grace, exception.Timeout);
        Assert.Equal(
            "payments (https://payments.internal) sent no response headers within the time that the shutdown of the app leaves to its " +
            "calls, in attempt 1. If such calls may take longer, raise HostOptions.ShutdownTimeout and the time that the platform gives " +
            "the app to stop. This limit is not HttpClient.Timeout.",
            exception.Message);
        Assert.Equal(1, world.Shutdown.CallsCut);
        Assert.Equal(["shutdown"], world.Timeouts());
        Assert.Equal(0, world.Circuits.GetAll().Single().ConsecutiveFailures);
    }

    [Fact]
    public async Task A_call_that_can_finish_before_the_shutdown_is_not_cut()
    {
        using var world = World(script => script.Slow(TimeSpan.FromSeconds(3)));
        using var stop = world.StopsAfter(TimeSpan.FromSeconds(1), HostTimeout);

        using var response = await world.SendAsync();

        Assert.Equal((HttpStatusCode.OK, 0), (response.StatusCode, world.Shutdown.CallsCut));
    }

    [Fact]
    public async Task Earlier_limits_of_a_call_still_apply_during_a_shutdown()
    {
        using var world = World(script => script.Hang().Always());
        using var stop = world.StopsAfter(TimeSpan.FromSeconds(2), HostTimeout);

        var exception = await world.TimesOutAsync();

        Assert.Equal((TimeoutScope.Attempt, 0), (exception.Scope, world.Shutdown.CallsCut));
    }

    [Fact]
    public async Task Retries_continue_within_the_shutdown_time()
    {
        using var world = World(script => script.Fail(1, 503).Always(200));
        using var stop = world.StopsAfter(TimeSpan.FromSeconds(0.5), HostTimeout);

        using var response = await world.SendAsync();

        Assert.Equal((HttpStatusCode.OK, TimeSpan.FromSeconds(1)), (response.StatusCode, world.Clock.Elapsed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wait_that_the_shutdown_leaves_no_time_for_is_cut_at_once(bool async)
    {
        using var world = World(script => script.Always(503), options => options.Retry.BaseDelay = TimeSpan.FromSeconds(5));
        using var stop = world.StopsAfter(TimeSpan.FromSeconds(1), HostTimeout);
        var budget = world.Budget;

        var exception = async ? await world.TimesOutAsync() : Assert.Throws<RequestTimedOutException>(() => world.Send());

        Assert.Equal((TimeSpan.FromSeconds(1), TimeoutScope.Shutdown), (world.Clock.Elapsed, exception.Scope));
        Assert.Contains("the attempt before ended with 503 ServiceUnavailable", exception.Message, StringComparison.Ordinal);
        Assert.Single(world.Server.Requests);
        Assert.Empty(world.Metrics.Of("resilience.http.retries"));
        Assert.Equal(1, world.Shutdown.CallsCut);
        Assert.True(world.Budget >= budget, $"{world.Budget} is left of {budget}.");
    }

    [Fact]
    public async Task A_caller_that_cancels_a_wait_gets_its_own_token()
    {
        using var world = World(script => script.Always(503), options => options.Retry.BaseDelay = TimeSpan.FromSeconds(5));
        using var invoker = new HttpMessageInvoker(world.Handler, disposeHandler: false);
        using var caller = new CancellationTokenSource();
        using var timer = world.Clock.CreateTimer(_ => caller.Cancel(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        var exception = await Assert.ThrowsAsync<TaskCanceledException>(
            () => world.Clock.RunAsync(() => invoker.SendAsync(DeadlineFixture.Get(), caller.Token)));

        Assert.Equal(caller.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task A_call_without_limits_of_its_own_is_cut_too()
    {
        using var world = World(
            script => script.Hang().Always(), options => options.TotalTimeout = options.AttemptTimeout = Timeout.InfiniteTimeSpan);
        using var stop = world.StopsAfter(TimeSpan.FromDays(40), HostTimeout);
        world.Clock.VirtualTimeLimit = TimeSpan.FromDays(100);

        var exception = await world.TimesOutAsync();

        Assert.Equal((TimeSpan.FromDays(40) + Grace, TimeoutScope.Shutdown), (world.Clock.Elapsed, exception.Scope));
    }

    [Fact]
    public async Task A_call_that_begins_while_the_app_stops_has_what_is_left()
    {
        using var world = World(script => script.Hang().Always());
        world.Shutdown.Begin(HostTimeout);
        world.Clock.Advance(TimeSpan.FromSeconds(2));

        await world.TimesOutAsync();

        Assert.Equal(Grace, world.Clock.Elapsed);
        Assert.Equal(["700"], world.Sent);
    }

    [Fact]
    public async Task A_call_that_begins_too_late_is_not_sent()
    {
        using var world = World(script => script.Always(200));
        world.Shutdown.Begin(HostTimeout);
        world.Clock.Advance(Grace);

        var exception = await world.TimesOutAsync();

        Assert.Equal(
            "payments (https://payments.internal) was not called: the app is stopping, and no time is left for the call. " +
            "This limit is not HttpClient.Timeout.",
            exception.Message);
        Assert.Empty(world.Server.Requests);
        Assert.Equal(1, world.Shutdown.CallsCut);
    }

    [Fact]
    public async Task Calls_of_another_app_on_the_same_clock_go_on()
    {
        using var world = World(script => script.Slow(TimeSpan.FromSeconds(3.9)));
        var other = new ResilienceRuntime(world.Clock);
        using var stop = world.Clock.CreateTimer(
            _ => other.Shutdown.Begin(TimeSpan.Zero), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        using var response = await world.SendAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_long_upload_does_not_extend_its_limit_past_the_shutdown()
    {
        var clock = new VirtualTimeProvider();
        using var server = new UploadServer(clock) { PerWrite = TimeSpan.FromSeconds(1) };
        using var client = new ChainClient(
            server, options => (options.TotalTimeout, options.AttemptTimeout) = (TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(2)), clock);
        var shutdown = client.Service.Host.Shutdown;
        using var stop = clock.CreateTimer(
            _ => shutdown.Begin(TimeSpan.FromSeconds(20)), null, TimeSpan.FromSeconds(5.5), Timeout.InfiniteTimeSpan);
        using var request = new HttpRequestMessage(HttpMethod.Put, "https://files.internal/1")
        {
            Content = new SourceContent(clock, pieces: 100),
        };

        var exception = await Assert.ThrowsAsync<RequestTimedOutException>(() => clock.RunAsync(() => client.Http.SendAsync(request)));

        Assert.Equal((TimeSpan.FromSeconds(24.5), TimeoutScope.Shutdown), (clock.Elapsed, exception.Scope));
    }

    private static DeadlineFixture World(
        Action<ServerScript> script, Action<ResilientHttpClientOptions>? configure = null)
    {
        var world = new DeadlineFixture(script, configure);
        world.Shutdown.Expect();
        return world;
    }
}
