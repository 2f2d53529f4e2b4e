using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Resilience.Http.Tests.Retry;

/// <summary>Each attempt sends what the caller asked, whatever the attempt before did to the request object.</summary>
public sealed class SameRequestTests
{
    [Fact]
    public async Task Everything_a_redirect_changes_is_put_back()
    {
        var seen = new List<string>();
        var redirect = new ChangingHandler(request =>
        {
            seen.Add($"{request.Method} {request.RequestUri} {request.Version} {request.VersionPolicy} {request.Headers.Authorization} " +
                $"{request.Content?.Headers.ContentType}");
            request.RequestUri = new Uri("https://elsewhere.internal/x");
            request.Method = HttpMethod.Get;
            request.Content = null;
            request.Headers.Authorization = null;
            request.Version = HttpVersion.Version10;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        });
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200), inside: redirect);
        var request = new HttpRequestMessage(HttpMethod.Put, "charges/1?x=1")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "secret");

        using var response = await world.SendAsync(request);

        Assert.Equal(3, seen.Count);
        Assert.Equal(
            "PUT https://payments.internal/charges/1?x=1 2.0 RequestVersionOrHigher Bearer secret application/json; charset=utf-8",
            Assert.Single(seen.Distinct()));
    }

    [Fact]
    public async Task Headers_that_inner_handlers_add_change_and_remove_are_as_the_caller_set_them()
    {
        var attempt = 0;
        var inside = new ChangingHandler(request =>
        {
            attempt++;
            request.Headers.Add("X-Attempt", $"{attempt}");
            request.Headers.Add("X-Shared", "ours");
            request.Headers.Remove("X-Removed");
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{attempt}");
            request.Content!.Headers.Add("X-Digest", $"{attempt}");
        });
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200), inside: inside);
        var request = new HttpRequestMessage(HttpMethod.Put, "") { Content = new StringContent("x") };
        request.Headers.Add("X-Shared", ["theirs", "also theirs"]);
        request.Headers.Add("X-Removed", "here");
        request.Headers.Accept.ParseAdd("application/json, text/plain; q=0.5");
        request.Headers.TryAddWithoutValidation("X-Odd", "no \u00e9 valid, (value");

        using var response = await world.SendAsync(request);

        var sent = world.Server.Requests;
        Assert.Equal(["1", "2", "3"], sent.Select(each => each.Headers["X-Attempt"]));
        Assert.Equal(["1", "2", "3"], sent.Select(each => each.Headers["X-Digest"]));
        Assert.Equal(["00-1", "00-2", "00-3"], sent.Select(each => each.Headers["traceparent"]));
        Assert.All(sent, each => Assert.Equal("theirs, also theirs, ours", each.Headers["X-Shared"]));
        Assert.All(sent, each => Assert.False(each.Headers.ContainsKey("X-Removed")));
        Assert.All(sent, each => Assert.Equal("application/json, text/plain; q=0.5", each.Headers["Accept"]));
        Assert.All(sent, each => Assert.Equal("no \u00e9 valid, (value", each.Headers["X-Odd"]));
    }

    [Fact]
    public async Task What_the_transport_notes_in_the_headers_does_not_stay()
    {
        // SocketsHttpHandler sets it where a body has no length, and a redirect to GET takes it away.
        var inside = new ChangingHandler(request =>
        {
            Assert.NotEqual(true, request.Headers.TransferEncodingChunked);
            request.Headers.TransferEncodingChunked = true;
        });
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200), inside: inside);

        using var response = await world.GetAsync();

        Assert.Equal(3, world.Server.Requests.Count);
    }

    [Theory]
    [InlineData("string", false)]
    [InlineData("string", true)]
    [InlineData("memory", false)]
    [InlineData("json", false)]
    [InlineData("json", true)]
    [InlineData("stream", false)]
    [InlineData("stream", true)]
    public async Task A_handler_inside_that_reads_the_body_finds_it_whole_at_each_attempt(string kind, bool synchronous)
    {
        var signing = new SigningHandler(synchronous);
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200), inside: signing);
        var bytes = Encoding.UTF8.GetBytes("skip\"document\"");
        HttpContent content = kind switch
        {
            "string" => new StringContent("\"document\""),
            "memory" => new ReadOnlyMemoryContent(bytes.AsMemory(4)),
            "json" => JsonContent.Create("document"),
            _ => new StreamContent(new MemoryStream(bytes) { Position = 4 }),
        };

        using var response = await world.SendAsync(new(HttpMethod.Put, "1") { Content = content });

        Assert.Equal(Enumerable.Repeat("\"document\"", 3), signing.Signed);
        Assert.Equal(Enumerable.Repeat("\"document\"", 3), world.Server.Requests.Select(each => each.BodyText));
    }

    [Fact]
    public async Task An_inner_handler_that_rebuilds_the_body_finds_all_of_it_at_each_attempt()
    {
        var inside = new ChangingHandler(
            request =>
                request.Content = new StringContent(new StreamReader(request.Content!.ReadAsStream()).ReadToEnd().ToUpperInvariant()));
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200), inside: inside);

        using var response = await world.SendAsync(
            new(HttpMethod.Put, "1") { Content = new StreamContent(new MemoryStream("text"u8.ToArray())) });

        Assert.Equal(["TEXT", "TEXT"], world.Server.Requests.Select(each => each.BodyText));
    }

    [Fact]
    public async Task Options_are_left_as_handlers_set_them()
    {
        var key = new HttpRequestOptionsKey<int>("attempts");
        var inside = new ChangingHandler(
            request => request.Options.Set(key, request.Options.TryGetValue(key, out var count) ? count + 1 : 1));
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200), inside: inside);
        var request = new HttpRequestMessage(HttpMethod.Get, "");

        using var response = await world.SendAsync(request);

        Assert.True(request.Options.TryGetValue(key, out var attempts));
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task A_request_with_many_headers_keeps_them_all()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));
        var request = new HttpRequestMessage(HttpMethod.Get, "");
        for (var i = 0; i < 100; i++)
        {
            request.Headers.Add($"X-{i}", $"{i}");
        }

        using var response = await world.SendAsync(request);

        Assert.All(world.Server.Requests, each => Assert.All(Enumerable.Range(0, 100), i => Assert.Equal($"{i}", each.Headers[$"X-{i}"])));
    }

    [Fact]
    public async Task One_call_never_gets_the_headers_of_another()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200).Fail(1, 503).Then(200));
        var first = new HttpRequestMessage(HttpMethod.Get, "");
        first.Headers.Add("X-Secret", "first");

        using var one = await world.SendAsync(first);
        using var two = await world.SendAsync(new(HttpMethod.Get, ""));

        Assert.Equal([true, true, false, false], world.Server.Requests.Select(each => each.Headers.ContainsKey("X-Secret")));
    }

    /// <summary>Reads the body before it is sent, and leaves its stream where it was only where the body is a stream.</summary>
    private sealed class SigningHandler(bool synchronous) : DelegatingHandler
    {
        public List<string> Signed { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = request.Content!;
            var body = synchronous ? content.ReadAsStream(cancellationToken) : await content.ReadAsStreamAsync(cancellationToken);
            var start = body.Position;
            using var reader = new StreamReader(body, leaveOpen: true);
            Signed.Add(await reader.ReadToEndAsync(cancellationToken));
            body.Position = content is StreamContent ? start : body.Position;
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
