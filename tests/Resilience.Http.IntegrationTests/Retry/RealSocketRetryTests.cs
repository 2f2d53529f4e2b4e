using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>Retries over connections that are kept, refused, closed and redirected.</summary>
public sealed class RealSocketRetryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_connection_of_a_discarded_response_is_used_again(bool synchronous)
    {
        var count = 0;
        await using var server = await RealServer.StartAsync(async context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref count) % 4 == 0 ? 200 : 503;
            // in one piece: the rest of a chunked one may still be on its way when the next attempt begins
            context.Response.ContentLength = 10_000;
            await context.Response.WriteAsync(new string('x', 10_000));
        });
        using var client = RealClient.Over(configure: static options => options.Retry.Budget.Enabled = false);

        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, server.Address);
            using var response = synchronous ? client.Send(request) : await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(20, count);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_server_that_was_down_and_comes_up_is_reached_by_every_method()
    {
        using var port = new DeadPort();
        await using var late = new LateServer(port);
        using var client = RealClient.Over(inside: new EachAttempt((_, attempt) => late.StartAt(attempt, 3)));

        using var response = await client.PostAsync(port.Address, new StringContent("charge"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["charge"], late.Bodies);
    }

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("PUT", 2)]
    [InlineData("POST", 1)]
    public async Task A_call_to_a_server_that_closes_within_the_headers_is_repeated_unless_unsafe(string method, int attempts)
    {
        var count = 0;
        await using var server = new RawServer(async (connection, stop) =>
        {
            await RawServer.ReadHeadAsync(connection, stop);
            await RawServer.SendAsync(
                connection,
                Interlocked.Increment(ref count) == 1 ? "HTTP/1.1 200 OK\r\nX-Half: " : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                stop);
        });
        using var client = RealClient.Over();
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Address);

        if (attempts == 1)
        {
            var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request));
            Assert.Equal(HttpRequestError.ResponseEnded, thrown.HttpRequestError);
        }
        else
        {
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(attempts, count);
    }

    [Theory]
    [InlineData("GET", Http2Frames.InternalError, 2)]
    [InlineData("POST", Http2Frames.InternalError, 1)]
    [InlineData("GET", Http2Frames.RefusedStream, 2)]
    [InlineData("POST", Http2Frames.RefusedStream, 2)]
    public async Task A_call_whose_stream_is_reset_is_repeated_if_safe_and_always_if_refused(string method, int code, int attempts)
    {
        var count = 0;
        await using var server = new RawServer((connection, stop) => Http2Frames.ServeAsync(
            connection,
            (_, stream) => Interlocked.Increment(ref count) == 1
                ? Http2Frames.ResetAsync(connection, stream, code, stop)
                : Http2Frames.RespondAsync(connection, stream, 200, stop),
            stop));
        using var client = RealClient.Over();
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        if (attempts == 1)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request));
        }
        else
        {
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(attempts, count);
        Assert.Equal(1, server.Accepted);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task After_a_redirect_the_next_attempt_is_what_the_caller_sent(int status)
    {
        var seen = new ConcurrentQueue<string>();
        var failures = 0;
        await using var server = await RealServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            var headers = context.Request.Headers;
            seen.Enqueue($"{context.Request.Method} {context.Request.Path} {headers.Authorization} {headers["X-Once"]} {body}".Trim());
            if (context.Request.Path == "/charges")
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = "/elsewhere";
            }
            else
            {
                context.Response.StatusCode = Interlocked.Increment(ref failures) == 1 ? 503 : 200;
            }
        });
        using var client = RealClient.Over(
            inside: new EachAttempt(static (request, attempt) => request.Headers.Add("X-Once", $"{attempt}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "charges"))
        {
            Content = new StringContent("body")
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "token");
        request.Headers.Add("Idempotency-Key", "17");

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var redirected = status is 307 or 308 ? "POST /elsewhere  {0} body" : "GET /elsewhere  {0}";
        Assert.Equal(
            [
                "POST /charges Bearer token 1 body",
                string.Format(null, redirected, 1),
                "POST /charges Bearer token 2 body",
                string.Format(null, redirected, 2),
            ],
            seen);
    }

    [Fact]
    public async Task A_charge_that_is_redirected_to_a_dead_server_is_made_once()
    {
        var charges = 0;
        using var dead = new DeadPort();
        await using var server = await RealServer.StartAsync(context =>
        {
            Interlocked.Increment(ref charges);
            context.Response.StatusCode = 303;
            context.Response.Headers.Location = $"{dead.Address}receipt";
            return Task.CompletedTask;
        });
        using var client = RealClient.Over();

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(server.Address, new StringContent("charge")));

        Assert.Equal(HttpRequestError.ConnectionError, thrown.HttpRequestError);
        Assert.Equal(1, charges);
    }

    private sealed class EachAttempt(Action<HttpRequestMessage, int> before) : DelegatingHandler
    {
        private int _attempts;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            before(request, ++_attempts);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Listens on a port that nobody listened on before.</summary>
    private sealed class LateServer(DeadPort port) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _serving = Task.CompletedTask;

        public ConcurrentQueue<string> Bodies { get; } = new();

        public void StartAt(int attempt, int when)
        {
            if (attempt == when)
            {
                _serving = ServeAsync(port.Listen());
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task ServeAsync(Socket listener)
        {
            using var connection = await listener.AcceptAsync(_stop.Token);
            await RawServer.ReadHeadAsync(connection, _stop.Token);
            var body = new byte["charge".Length];
            await new NetworkStream(connection).ReadExactlyAsync(body, _stop.Token);
            Bodies.Enqueue(System.Text.Encoding.ASCII.GetString(body));
            await RawServer.SendAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", _stop.Token);
            await connection.ReceiveAsync(body, _stop.Token);
        }
    }
}
