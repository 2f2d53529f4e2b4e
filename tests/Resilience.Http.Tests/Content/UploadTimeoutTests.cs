using System.Net;

namespace Resilience.Http.Tests.Content;

/// <summary>The attempt timeout and the body: it starts again with each write that the connection has taken.</summary>
public sealed class UploadTimeoutTests
{
    [Fact]
    public async Task A_steady_upload_longer_than_the_attempt_timeout_is_not_cut()
    {
        using var world = new UploadWorld();
        world.Server.PerWrite = TimeSpan.FromSeconds(1);

        using var response = await world.PutAsync(new SourceContent(world.Clock, pieces: 100));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(100), world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_long_body_in_memory_extends_the_limit_although_it_is_written_at_once()
    {
        using var world = new UploadWorld();
        world.Server.PerWrite = TimeSpan.FromSeconds(1);

        using var response = await world.PutAsync(new ByteArrayContent(new byte[1024 * 1024]));

        Assert.Equal(TimeSpan.FromSeconds(64), world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_short_body_in_memory_keeps_the_plain_clock()
    {
        using var world = new UploadWorld(options => options.Retry.MaxRetries = 0);
        world.Server.PerWrite = world.Server.BeforeAnswer = TimeSpan.FromSeconds(1.5);

        await Assert.ThrowsAsync<RequestTimedOutException>(() => world.PutAsync(new ByteArrayContent(new byte[1000])));

        Assert.Equal(TimeSpan.FromSeconds(2), world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_server_that_stops_reading_is_cut_after_the_attempt_timeout()
    {
        using var world = new UploadWorld();
        (world.Server.PerWrite, world.Server.StopsAt) = (TimeSpan.FromSeconds(1), 5000);

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.PutAsync(new SourceContent(world.Clock, pieces: 100)));

        Assert.Equal(TimeSpan.FromSeconds(7), world.Clock.Elapsed);
        Assert.Equal(TimeoutScope.Attempt, thrown.Scope);
        Assert.StartsWith(
            "files (https://files.internal) took no more of the request body within the AttemptTimeout of 2 s, after 5000 bytes, in " +
            "attempt 1.",
            thrown.Message,
            StringComparison.Ordinal);
        Assert.Equal(1, world.Circuit.ConsecutiveFailures);
    }

    [Fact]
    public async Task The_wait_for_headers_is_bounded_from_the_end_of_the_body()
    {
        using var world = new UploadWorld(options => options.Retry.MaxRetries = 0);
        (world.Server.PerWrite, world.Server.BeforeAnswer) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.PutAsync(new SourceContent(world.Clock, pieces: 10)));

        Assert.Equal(TimeSpan.FromSeconds(12), world.Clock.Elapsed);
        Assert.Contains("sent no response headers within the AttemptTimeout of 2 s", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(1, world.Circuit.ConsecutiveFailures);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task A_timeout_while_the_body_waits_for_its_source_does_not_count_for_the_service(int hangsAt)
    {
        using var world = new UploadWorld();
        world.Server.PerWrite = TimeSpan.FromSeconds(1);

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(
            () => world.PutAsync(new SourceContent(world.Clock, pieces: 10, hangsAt: hangsAt)));

        Assert.Equal(TimeSpan.FromSeconds(2 + hangsAt), world.Clock.Elapsed);
        Assert.StartsWith(
            $"The request body for files (https://files.internal) gave no more bytes within the AttemptTimeout of 2 s, after " +
            $"{hangsAt * 1000} bytes, in attempt 1.",
            thrown.Message,
            StringComparison.Ordinal);
        Assert.Equal((0, 0), (world.Circuit.ConsecutiveFailures, world.Circuit.Throughput));
        Assert.Equal(1, world.Server.Requests);
    }

    [Fact]
    public async Task A_source_that_pauses_for_less_than_the_attempt_timeout_is_waited_for()
    {
        using var world = new UploadWorld();

        using var response = await world.PutAsync(new SourceContent(world.Clock, pieces: 20, pause: TimeSpan.FromSeconds(1.9)));

        Assert.Equal(TimeSpan.FromSeconds(38), world.Clock.Elapsed);
    }

    [Fact]
    public async Task The_total_timeout_bounds_an_upload_and_names_the_way_out()
    {
        using var world = new UploadWorld(options => options.TotalTimeout = TimeSpan.FromSeconds(30));
        world.Server.PerWrite = TimeSpan.FromSeconds(1);

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.PutAsync(new SourceContent(world.Clock, pieces: 100)));

        Assert.Equal(TimeSpan.FromSeconds(30), world.Clock.Elapsed);
        Assert.Equal(TimeoutScope.Total, thrown.Scope);
        Assert.Contains("Use WithTotalTimeout for requests with long uploads.", thrown.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (world.Circuit.ConsecutiveFailures, world.Circuit.Throughput));
    }

    [Fact]
    public async Task A_request_with_a_longer_total_timeout_is_uploaded_whole()
    {
        using var world = new UploadWorld(options => options.TotalTimeout = TimeSpan.FromSeconds(30));
        world.Server.PerWrite = TimeSpan.FromSeconds(1);

        using var response = await world.PutAsync(
            new SourceContent(world.Clock, pieces: 100), request => request.WithTotalTimeout(TimeSpan.FromMinutes(5)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_upload_without_an_attempt_timeout_is_cut_by_the_total_timeout_alone()
    {
        using var world = new UploadWorld(
            options => (options.AttemptTimeout, options.TotalTimeout) = (Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(30)));
        (world.Server.PerWrite, world.Server.StopsAt) = (TimeSpan.FromSeconds(1), 5000);

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.PutAsync(new SourceContent(world.Clock, pieces: 100)));

        Assert.Equal((TimeoutScope.Total, TimeSpan.FromSeconds(30)), (thrown.Scope, world.Clock.Elapsed));
    }

    [Fact]
    public async Task A_timeout_names_HttpClient_Timeout_and_so_does_its_inner_TimeoutException()
    {
        using var world = new UploadWorld(options => options.Retry.MaxRetries = 0);
        world.Server.StopsAt = 0;

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.PutAsync(new SourceContent(world.Clock, pieces: 1)));

        Assert.Contains("HttpClient.Timeout", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(thrown.Message, Assert.IsType<TimeoutException>(thrown.InnerException).Message);
    }
}
