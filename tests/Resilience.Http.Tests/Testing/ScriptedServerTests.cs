using System.Net;
using System.Net.Http.Json;
using System.Text;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

public sealed class ScriptedServerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _clock = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answers_come_in_the_order_of_the_script(bool async)
    {
        using var client = Client(
            s => s.Fail(2, HttpStatusCode.ServiceUnavailable, retryAfter: TimeSpan.FromMilliseconds(1500))
                .Then(200, """{"id":7}""")
                .Then(404));

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await SendAsync(client, async);
            statuses.Add((int)response.StatusCode);
            Assert.NotNull(response.RequestMessage);
            Assert.Equal(i < 2 ? 2 * Second : null, response.Headers.RetryAfter?.Delta);
            Assert.Equal(i == 2 ? """{"id":7}""" : "", await response.Content.ReadAsStringAsync());
            Assert.Equal(i == 2 ? "application/json" : null, response.Content.Headers.ContentType?.MediaType);
        }

        Assert.Equal([503, 503, 200, 404], statuses);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    [InlineData("3.0")]
    public async Task An_answer_has_the_version_that_was_asked_for(string version)
    {
        var answers = new Action<ServerScript>[]
        {
            s => s.Then(200), s =>
                s.Fail(1, 503), s => s.Slow(TimeSpan.Zero), s => s.StallBody(0), s => s.Then(_ => new HttpResponseMessage()),
        };
        foreach (var answer in answers)
        {
            using var client = new HttpMessageInvoker(new ScriptedServer(answer));
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://a.test/") { Version = Version.Parse(version) };

            using var response = await client.SendAsync(request, CancellationToken.None);

            Assert.Equal(request.Version, response.Version);
        }
    }

    [Fact]
    public async Task A_version_that_the_tests_code_sets_stays()
    {
        using var client = new HttpMessageInvoker(
            new ScriptedServer(s => s.Then(_ => new HttpResponseMessage { Version = HttpVersion.Version10 })));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://a.test/") { Version = HttpVersion.Version20 };

        using var response = await client.SendAsync(request, CancellationToken.None);

        Assert.Equal(HttpVersion.Version10, response.Version);
    }

    [Theory]
    [InlineData("HEAD", 200, "application/json; charset=utf-8", 2)]
    [InlineData("HEAD", 503, "application/json; charset=utf-8", 2)]
    [InlineData("GET", 304, "application/json; charset=utf-8", 2)]
    [InlineData("GET", 204, null, null)]
    [InlineData("GET", 205, null, null)]
    [InlineData("GET", 200, "application/json; charset=utf-8", 2)]
    public async Task An_answer_has_a_body_only_if_http_allows_one(string method, int status, string? type, int? length)
    {
        foreach (var answer in new Action<ServerScript>[]
        {
            s => s.Then(status, "{}"),
            s => s.Slow(TimeSpan.Zero, (HttpStatusCode)status, "{}"),
            s => s.Then(_ => Own(status))
        })
        {
            using var client = new HttpMessageInvoker(new ScriptedServer(answer));
            using var request = new HttpRequestMessage(new HttpMethod(method), "http://a.test/");

            using var response = await client.SendAsync(request, CancellationToken.None);

            Assert.Equal(method == "GET" && status == 200 ? "{}" : "", await response.Content.ReadAsStringAsync());
            Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
            Assert.Equal(length ?? 0, response.Content.Headers.ContentLength);
        }

        static HttpResponseMessage Own(int status) => new((HttpStatusCode)status)
        {
            Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
        };
    }

    [Fact]
    public async Task Each_answer_is_a_response_of_its_own()
    {
        using var client = Client(s => s.Always(200, "{}"));
        using var first = await client.GetAsync("/");
        first.Dispose();
        using var second = await client.GetAsync("/");
        Assert.Equal("{}", await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Always_repeats_the_last_answer()
    {
        using var client = Client(s => s.Then(500).Always(200));
        Assert.Equal([500, 200, 200, 200], await StatusesAsync(client, "/", "/", "/", "/"));
        using var refused = Client(s => s.Refuse().Always());
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => refused.GetAsync("/"));
        }
    }

    [Fact]
    public void A_script_that_cannot_be_meant_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => new ScriptedServer(s => s.Always()));
        var unreachable = Assert.Throws<InvalidOperationException>(() => new ScriptedServer(s => s.Always(200).Then(500)));
        Assert.Contains("'500 InternalServerError' would never be reached", unreachable.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedServer(s => s.Fail(0, 500)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedServer(s => s.StallBody(-1)));
    }

    [Fact]
    public async Task A_refused_connection_leaves_the_body_unread()
    {
        using var server = new ScriptedServer(s => s.Refuse().Then(200));
        using var client = new HttpClient(server);
        using var body = new MemoryStream([1, 2, 3]);
        using var content = new StreamContent(body);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(new Uri("https://payments.internal/"), content));

        Assert.Equal(0, body.Position);
        Assert.True(Assert.Single(server.Requests).Body.IsEmpty);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_whose_body_fails_is_recorded_with_the_answer_it_used_up(bool async)
    {
        using var server = new ScriptedServer(s => s.Then(200).Then(204), _clock);
        using var client = new HttpClient(server) { BaseAddress = new Uri("http://localhost/") };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new Upload(static _ => throw new IOException("The disk is gone."))
        };

        await Assert.ThrowsAnyAsync<Exception>(async () => _ = async ? await client.SendAsync(request) : client.Send(request));

        var recorded = Assert.Single(server.Requests);
        Assert.Equal("body not received", recorded.Answer);
        Assert.Equal(TimeSpan.Zero, recorded.Ended);
        Assert.True(recorded.Body.IsEmpty);
        Assert.Equal([204], await StatusesAsync(client, "/"));
    }

    [Fact]
    public async Task A_request_arrives_before_its_body()
    {
        using var server = new ScriptedServer(s => s.Then(200), _clock);
        using var client = new HttpClient(server) { BaseAddress = new Uri("http://localhost/") };
        using var upload = new Upload(cancellationToken => Task.Delay(2 * Second, _clock, cancellationToken));

        using var response = await _clock.RunAsync(() => client.PostAsync("/", upload));

        var recorded = Assert.Single(server.Requests);
        Assert.Equal("200 OK", recorded.Answer);
        Assert.Equal("sent", recorded.BodyText);
        Assert.Equal(TimeSpan.Zero, recorded.Time);
        Assert.Equal(_clock.Start, recorded.At);
        Assert.Equal(2 * Second, recorded.Ended);
    }

    [Fact]
    public async Task An_upload_that_is_cut_is_an_attempt_of_its_call()
    {
        using var server = new ScriptedServer(s => s.Always(200), _clock);
        var options = new ResilientHttpClientOptions { AttemptTimeout = 2 * Second };
        using var chain = ResilientHttpHandler.Create("payments", options, server, _clock);
        using var client = new HttpClient(server.RecordCalls(chain));
        using var upload = new Upload(cancellationToken => Task.Delay(5 * Second, _clock, cancellationToken));
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://localhost/") { Content = upload };

        await Assert.ThrowsAsync<RequestTimedOutException>(() => _clock.RunAsync(() => client.SendAsync(request)));

        server.LastCall.ShouldHaveAttempts(1);
        Assert.Equal("body not received, cancelled", Assert.Single(server.Requests).Answer);
    }

    [Fact]
    public async Task A_used_up_script_says_whose_it_is_and_what_it_answered()
    {
        using var server = new ScriptedServer(s => s.Fail(1, 503).Then(200), _clock, "payments");
        using var client = new HttpClient(server) { BaseAddress = new Uri("https://payments.internal/") };
        await StatusesAsync(client, "a", "b");
        _clock.Advance(Second);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync("c"));

        Assert.Equal(
            """
            The script of payments has no more answers. Add one, or end the script with Always(). Requests so far (3):
              #1 +0 s GET https://payments.internal/a -> 503 ServiceUnavailable
              #2 +0 s GET https://payments.internal/b -> 200 OK
              #3 +1 s GET https://payments.internal/c -> no answer: the script has no more answers
            """,
            error.Message,
            ignoreLineEndingDifferences: true);
        server.Script.Then(204);
        Assert.Equal([204], await StatusesAsync(client, "d"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_request_is_recorded_as_it_came(bool async)
    {
        using var server = new ScriptedServer(s => s.Always(200), _clock);
        using var client = new HttpClient(server) { BaseAddress = new Uri("https://payments.internal/") };
        client.DefaultRequestHeaders.Add("X-Tenant", ["a", "b"]);
        _clock.Advance(Second);
        using var request = new HttpRequestMessage(HttpMethod.Post, "orders?x=1")
        {
            Content = new StringContent("grüezi", Encoding.UTF8, "text/plain")
        };
        using var response = async ? await client.SendAsync(request) : client.Send(request);
        request.Headers.Clear();

        var recorded = Assert.Single(server.Requests);
        Assert.Equal(1, recorded.Number);
        Assert.Equal(HttpMethod.Post, recorded.Method);
        Assert.Equal("https://payments.internal/orders?x=1", recorded.Uri?.ToString());
        Assert.Equal("a, b", recorded.Headers["x-tenant"]);
        Assert.Equal("text/plain; charset=utf-8", recorded.Headers["Content-Type"]);
        Assert.Equal("grüezi", recorded.BodyText);
        Assert.Equal("grüezi"u8, recorded.Body.Span);
        Assert.Equal(Second, recorded.Time);
        Assert.Equal(_clock.Start + Second, recorded.At);
        Assert.Equal("200 OK", recorded.Answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_answer_takes_its_time_by_the_virtual_clock(bool async)
    {
        using var client = Client(s => s.Slow(3 * Second, HttpStatusCode.Accepted, "[]"));
        using var response = await RunAsync(client, async, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(3 * Second, _clock.Elapsed);
        Assert.Equal(0, _clock.TimersAlive);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Hanging_and_slow_answers_end_with_the_callers_cancellation(bool async, bool hang)
    {
        using var limit = new CancellationTokenSource(2 * Second, _clock);
        using var client = Client(s => _ = hang ? s.Hang() : s.Slow(5 * Second));

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(client, async, limit.Token));

        Assert.Equal(limit.Token, error.CancellationToken);
        Assert.Equal(2 * Second, _clock.Elapsed);
    }

    [Fact]
    public async Task A_call_that_comes_cancelled_is_not_recorded()
    {
        using var server = new ScriptedServer(s => s.Always(200));
        using var invoker = new HttpMessageInvoker(server);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://localhost/"), new CancellationToken(canceled: true)));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Branches_by_path_method_and_condition_have_scripts_of_their_own()
    {
        using var client = Client(s => s
            .When("/orders/*", orders => orders.When(HttpMethod.Delete, delete => delete.Always(405)).Always(201))
            .When("/health", health => health.Then(503).Always(204))
            .When(request => request.Headers.Contains("X-Odd"), odd => odd.Always(418))
            .Always(404));

        Assert.Equal(
            [503, 201, 204, 404, 404], await StatusesAsync(client, "/health?deep=1", "/orders/17", "/health", "/healthy", "/orders"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.DeleteAsync("/orders/17")).StatusCode);
        client.DefaultRequestHeaders.Add("X-Odd", "1");
        Assert.Equal([418, 204], await StatusesAsync(client, "/", "/health"));
    }

    [Fact]
    public async Task A_used_up_branch_is_named()
    {
        using var client = Client(s => s.When("/orders", orders => orders.Then(200)).Always(200));
        await StatusesAsync(client, "/orders");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync("/orders"));
        Assert.StartsWith("The script of the server for /orders has no more answers", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_tests_own_code_can_answer(bool async)
    {
        using var client = Client(s => s
            .Then(request => new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(request.RequestUri!.AbsolutePath) })
            .Then(async (_, cancellationToken) =>
            {
                await Task.Delay(Second, _clock, cancellationToken);
                return new HttpResponseMessage(HttpStatusCode.Found);
            }));

        using var first = await RunAsync(client, async, CancellationToken.None);
        Assert.Equal("\"/\"", await first.Content.ReadAsStringAsync());
        using var second = await RunAsync(client, async, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Found, second.StatusCode);
        Assert.Equal(Second, _clock.Elapsed);
    }

    [Fact]
    public async Task A_stalled_body_sends_so_many_bytes_and_then_waits_for_its_end()
    {
        using var client = Client(s => s.StallBody(3));
        using var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[10];
        Assert.Equal(3, await body.ReadAtLeastAsync(buffer, 3));

        using var limit = new CancellationTokenSource(Second, _clock);
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _clock.RunAsync(() => body.ReadAtLeastAsync(buffer, 1, cancellationToken: limit.Token).AsTask()));
        Assert.Equal(limit.Token, cancelled.CancellationToken);

        var read = body.ReadAtLeastAsync(buffer, 1).AsTask();
        await body.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => read);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => body.ReadAtLeastAsync(buffer, 1).AsTask());
    }

    [Fact]
    public void A_stalled_body_blocks_a_synchronous_read_until_it_is_disposed_of()
    {
        using var client = Client(s => s.StallBody(1));
        _clock.Run(() =>
        {
            using var response = client.Send(new HttpRequestMessage(HttpMethod.Get, "/"), HttpCompletionOption.ResponseHeadersRead);
            using var body = response.Content.ReadAsStream();
            Assert.Equal('.', body.ReadByte());
            using var limit = _clock.CreateTimer(_ => body.Dispose(), null, 4 * Second, Timeout.InfiniteTimeSpan);
            Assert.Throws<IOException>(() => body.ReadByte());
        });
        Assert.Equal(4 * Second, _clock.Elapsed);
    }

    private HttpClient Client(Action<ServerScript> script) =>
        new(new ScriptedServer(script, _clock)) { BaseAddress = new Uri("http://localhost/") };

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, bool async, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        return async ? await client.SendAsync(request, cancellationToken) : client.Send(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> RunAsync(HttpClient client, bool async, CancellationToken cancellationToken) =>
        async
            ? await _clock.RunAsync(() => SendAsync(client, async: true, cancellationToken))
            : _clock.Run(() => client.Send(new HttpRequestMessage(HttpMethod.Get, "/"), cancellationToken));

    private static async Task<List<int>> StatusesAsync(HttpClient client, params string[] paths)
    {
        var statuses = new List<int>();
        foreach (var path in paths)
        {
            using var response = await client.GetAsync(path);
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }

    /// <summary>A body that waits, or fails, before it is sent.</summary>
    private sealed class Upload(Func<CancellationToken, Task> first) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await first(cancellationToken);
            await stream.WriteAsync("sent"u8.ToArray(), cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            SerializeToStreamAsync(stream, context, cancellationToken).GetAwaiter().GetResult();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
