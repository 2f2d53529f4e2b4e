using System.Net;
using System.Text;
using Resilience.Http.Testing;
using static Resilience.Http.Tests.Testing.ScriptedFixture;

namespace Resilience.Http.Tests.Testing;

/// <summary>Each request is recorded as it came, also if its body did not.</summary>
public sealed class ScriptedRequestTests
{
    private readonly ScriptedFixture _fixture = new();

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
        using var server = new ScriptedServer(s => s.Then(200).Then(204), _fixture.Clock);
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
        using var server = new ScriptedServer(s => s.Then(200), _fixture.Clock);
        using var client = new HttpClient(server) { BaseAddress = new Uri("http://localhost/") };
        using var upload = new Upload(cancellationToken => Task.Delay(2 * Second, _fixture.Clock, cancellationToken));

        using var response = await _fixture.Clock.RunAsync(() => client.PostAsync("/", upload));

        var recorded = Assert.Single(server.Requests);
        Assert.Equal("200 OK", recorded.Answer);
        Assert.Equal("sent", recorded.BodyText);
        Assert.Equal(TimeSpan.Zero, recorded.Time);
        Assert.Equal(_fixture.Clock.Start, recorded.At);
        Assert.Equal(2 * Second, recorded.Ended);
    }

    [Fact]
    public async Task An_upload_that_is_cut_is_an_attempt_of_its_call()
    {
        using var server = new ScriptedServer(s => s.Always(200), _fixture.Clock);
        var options = new ResilientHttpClientOptions { AttemptTimeout = 2 * Second };
        using var chain = ResilientHttpHandler.Create("payments", options, server, _fixture.Clock);
        using var client = new HttpClient(server.RecordCalls(chain));
        using var upload = new Upload(cancellationToken => Task.Delay(5 * Second, _fixture.Clock, cancellationToken));
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://localhost/") { Content = upload };

        await Assert.ThrowsAsync<RequestTimedOutException>(() => _fixture.Clock.RunAsync(() => client.SendAsync(request)));

        server.LastCall.ShouldHaveAttempts(1);
        Assert.Equal("body not received, cancelled", Assert.Single(server.Requests).Answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_request_is_recorded_as_it_came(bool async)
    {
        using var server = new ScriptedServer(s => s.Always(200), _fixture.Clock);
        using var client = new HttpClient(server) { BaseAddress = new Uri("https://payments.internal/") };
        client.DefaultRequestHeaders.Add("X-Tenant", ["a", "b"]);
        _fixture.Clock.Advance(Second);
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
        Assert.Equal(_fixture.Clock.Start + Second, recorded.At);
        Assert.Equal("200 OK", recorded.Answer);
    }

    [Fact]
    public async Task A_call_that_is_already_cancelled_is_not_recorded()
    {
        using var server = new ScriptedServer(s => s.Always(200));
        using var invoker = new HttpMessageInvoker(server);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://localhost/"), new CancellationToken(canceled: true)));
        Assert.Empty(server.Requests);
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
