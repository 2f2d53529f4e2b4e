using System.Net.Http.Json;

namespace Resilience.Http.Tests.Hedging;

public sealed class HedgeableRequestTests
{
    public static TheoryData<string, bool> Methods => new()
    {
        { "GET", true }, { "HEAD", true }, { "OPTIONS", true }, { "TRACE", true }, { "QUERY", true }, { "PROPFIND", true },
        { "POST", false }, { "PUT", false }, { "PATCH", false }, { "DELETE", false }, { "PURGE", false },
    };

    public static TheoryData<string, bool> Bodies => new()
    {
        { "none", true }, { "text", true }, { "bytes", true }, { "memory", true }, { "form", true }, { "json", true },
        { "json list", true }, { "stream", false }, { "seekable stream", false }, { "multipart", false },
        { "json sequence", false }, { "derived bytes", false },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Only_safe_methods_are_hedged(string method, bool isHedged) =>
        Assert.Equal(isHedged, await IsHedgedAsync(new HttpRequestMessage(new(method), "charges")));

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task An_idempotency_key_or_AllowRetry_does_not_allow_hedging(string method)
    {
        var request = new HttpRequestMessage(new(method), "charges") { Content = new StringContent("{}") };
        request.Headers.Add("Idempotency-Key", "1");
        request.AllowRetry();

        Assert.False(await IsHedgedAsync(request));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task AllowHedging_allows_it_for_any_method(string method) =>
        Assert.True(await IsHedgedAsync(new HttpRequestMessage(new(method), "charges").AllowHedging()));

    [Fact]
    public async Task NoRetry_also_forbids_hedging()
    {
        Assert.False(await IsHedgedAsync(new HttpRequestMessage(HttpMethod.Get, "charges").NoRetry()));
        Assert.False(await IsHedgedAsync(new HttpRequestMessage(HttpMethod.Post, "charges").AllowHedging().NoRetry()));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Only_bodies_that_two_sends_can_read_are_hedged(string body, bool isHedged) =>
        Assert.Equal(isHedged, await IsHedgedAsync(new(HttpMethod.Post, "charges") { Content = Body(body) }, allow: true));

    [Fact]
    public async Task The_opening_of_a_WebSocket_is_not_hedged()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "live");
        request.Headers.Add("Upgrade", "websocket");

        Assert.False(await IsHedgedAsync(request));
    }

    [Fact]
    public async Task A_client_without_retries_is_hedged_too()
    {
        using var fixture = new HedgingFixture(server => server.Hang().Then(200), options => options.Retry.Enabled = false);

        using var response = await fixture.GetAsync();

        Assert.Equal(["won"], fixture.Hedges);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("bytes")]
    [InlineData("memory")]
    [InlineData("form")]
    [InlineData("json")]
    [InlineData("json list")]
    public async Task Each_send_has_the_whole_body_and_all_headers(string body)
    {
        using var fixture = new HedgingFixture(server => server.Hang().Then(200));
        var request = new HttpRequestMessage(HttpMethod.Post, "charges")
        {
            Content = Body(body),
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("X-Tenant", ["a", "b"]);
        request.Options.Set(new HttpRequestOptionsKey<string>("user"), "42");

        using var response = await fixture.SendAsync(request.AllowHedging());

        var (first, hedge) = (fixture.Server.Requests[0], fixture.Server.Requests[1]);
        Assert.NotEmpty(first.BodyText);
        Assert.Equal(first.BodyText, hedge.BodyText);
        Assert.Equal(first.Headers.OrderBy(header => header.Key), hedge.Headers.OrderBy(header => header.Key));
        Assert.Equal(first.Version, hedge.Version);
        Assert.Equal(HttpVersionPolicy.RequestVersionExact, response.RequestMessage!.VersionPolicy);
        Assert.True(response.RequestMessage.Options.TryGetValue(new HttpRequestOptionsKey<string>("user"), out var user));
        Assert.Equal("42", user);
    }

    [Fact]
    public async Task What_a_handler_changes_in_one_send_does_not_show_in_another()
    {
        using var fixture = new HedgingFixture(server => server.Hang().Then(200), inside: new Stamping());

        using var response = await fixture.GetAsync();

        Assert.Equal(["1", "2"], fixture.Server.Requests.Select(request => request.Headers["X-Stamp"]));
        Assert.Equal(["/1", "/2"], fixture.Server.Requests.Select(request => request.Uri!.AbsolutePath));
        Assert.True(response.RequestMessage!.Options.TryGetValue(new HttpRequestOptionsKey<int>("stamp"), out var stamp));
        Assert.Equal(2, stamp);
    }

    private static async Task<bool> IsHedgedAsync(HttpRequestMessage request, bool allow = false)
    {
        using var fixture = new HedgingFixture(server => server.Slow(TimeSpan.FromSeconds(1)).Always());
        using var response = await fixture.SendAsync(allow ? request.AllowHedging() : request);
        return fixture.Server.Requests.Count == 2;
    }

    private static HttpContent? Body(string kind) => kind switch
    {
        "none" => null,
        "text" => new StringContent("{\"a\":1}"),
        "bytes" => new ByteArrayContent([1, 2, 3]),
        "memory" => new ReadOnlyMemoryContent(new byte[] { 1, 2, 3 }),
        "form" => new FormUrlEncodedContent([new("a", "1")]),
        "json" => JsonContent.Create(new { Amount = 1 }),
        "json list" => JsonContent.Create(new List<int> { 1, 2 }),
        "json sequence" => JsonContent.Create(Enumerable.Range(0, 3).Select(each => each)),
        "stream" => new StreamContent(new Retry.OneShotStream([1, 2, 3])),
        "seekable stream" => new StreamContent(new MemoryStream([1, 2, 3])),
        "multipart" => new MultipartContent { new StringContent("a") },
        "derived bytes" => new DerivedContent(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private sealed class DerivedContent() : ByteArrayContent([1, 2, 3]);

    private sealed class Stamping : DelegatingHandler
    {
        private int _count;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var number = ++_count;
            request.Headers.Add("X-Stamp", $"{number}");
            request.RequestUri = new Uri($"https://payments.internal/{number}");
            request.Options.Set(new HttpRequestOptionsKey<int>("stamp"), number);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
