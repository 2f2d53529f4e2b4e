using Resilience.Http.Outcomes;
using static Resilience.Http.IntegrationTests.Retry.RecordedOutcomes;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>What HttpClient really throws for each way in which an answer can fail, and the verdict on it.</summary>
public sealed class RecordedOutcomeTests
{
    [Fact]
    public async Task A_connection_closed_before_the_answer_is_transient()
    {
        await using var server = Answering(null);

        await ExpectAsync(HttpRequestError.ResponseEnded, Transient, server.Address);
    }

    [Fact]
    public async Task A_connection_closed_within_the_headers_is_transient()
    {
        await using var server = Answering("HTTP/1.1 200 OK\r\nX-Half: ");

        await ExpectAsync(HttpRequestError.ResponseEnded, Transient, server.Address);
    }

    [Fact]
    public async Task A_connection_reset_before_the_answer_is_transient()
    {
        await using var server = Answering(null, RawServer.Reset);

        await ExpectAsync(HttpRequestError.Unknown, Transient, server.Address);
    }

    [Fact]
    public async Task A_connection_reset_within_the_headers_is_transient()
    {
        await using var server = Answering("HTTP/1.1 200 OK\r\nX-Half: ", RawServer.Reset);

        await ExpectAsync(HttpRequestError.Unknown, Transient, server.Address);
    }

    [Fact]
    public async Task An_answer_that_is_not_HTTP_is_a_failure()
    {
        await using var server = Answering("hello there\r\n\r\n");

        await ExpectAsync(HttpRequestError.InvalidResponse, Failure, server.Address);
    }

    [Fact]
    public async Task Headers_longer_than_the_limit_are_a_failure()
    {
        await using var server = Answering($"HTTP/1.1 200 OK\r\nX-Long: {new string('x', 100_000)}\r\n\r\n");

        await ExpectAsync(HttpRequestError.ConfigurationLimitExceeded, Failure, server.Address);
    }

    [Theory]
    [InlineData(Http2Frames.InternalError, false)]
    [InlineData(Http2Frames.RefusedStream, false)]
    [InlineData(Http2Frames.EnhanceYourCalm, true)]
    public async Task A_stream_that_is_reset_is_transient_and_may_be_throttled(int code, bool throttled)
    {
        await using var server = new RawServer((connection, stop) => Http2Frames.ServeAsync(
            connection, (_, stream) => Http2Frames.ResetAsync(connection, stream, code, stop), stop));

        await ExpectAsync(HttpRequestError.HttpProtocolError, throttled ? Throttled : Transient, Http2(server.Address));
    }

    [Fact]
    public async Task A_connection_ended_by_GOAWAY_is_transient()
    {
        await using var server = new RawServer((connection, stop) => Http2Frames.ServeAsync(
            connection, (_, _) => Http2Frames.GoAwayAsync(connection, 0, Http2Frames.InternalError, stop), stop));

        await ExpectAsync(HttpRequestError.HttpProtocolError, Transient, Http2(server.Address));
    }

    /// <summary>
    /// Mostly the client sees the reset itself; where its own frame meets the end of the connection first, that the response ended.
    /// </summary>
    [Fact]
    public async Task An_HTTP_2_connection_that_is_reset_is_transient()
    {
        await using var server = new RawServer((connection, stop) => Http2Frames.ServeAsync(
            connection,
            (_, _) =>
            {
                RawServer.Reset(connection);
                return Task.CompletedTask;
            },
            stop));

        using var sockets = Sockets();
        using var request = Http2(server.Address);

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(sockets, request));

        Assert.Contains(thrown.HttpRequestError, new[] { HttpRequestError.Unknown, HttpRequestError.ResponseEnded });
        Assert.Equal(Transient, OutcomeTable.Judge(thrown, requestUntouched: true));
    }

    /// <summary>
    /// What it looks like depends on what the client was doing just then, so there are several tries. One in ten ends in an exception
    /// without any cause.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_HTTP_2_connection_that_ends_before_the_settings_is_transient(bool reset)
    {
        var errors = new HashSet<HttpRequestError>();
        for (var attempt = 0; attempt < 50 && !errors.Contains(HttpRequestError.InvalidResponse); attempt++)
        {
            await using var server = new RawServer(async (connection, stop) =>
            {
                await connection.ReceiveAsync(new byte[1000], stop);
                if (reset)
                {
                    RawServer.Reset(connection);
                }
            });
            using var sockets = Sockets();

            var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(sockets, Http2(server.Address)));

            errors.Add(thrown.HttpRequestError);
            Assert.Equal(Transient, OutcomeTable.Judge(thrown, requestUntouched: true));
        }

        Assert.Contains(HttpRequestError.InvalidResponse, errors);
    }

    [Fact]
    public async Task A_server_without_extended_CONNECT_is_a_failure()
    {
        await using var server = new RawServer(
            (connection, stop) => Http2Frames.ServeAsync(connection, (_, _) => Task.CompletedTask, stop));
        var request = Http2(server.Address, HttpMethod.Connect);
        request.Headers.Protocol = "websocket";

        await ExpectAsync(HttpRequestError.ExtendedConnectNotSupported, Failure, request);
    }
}
