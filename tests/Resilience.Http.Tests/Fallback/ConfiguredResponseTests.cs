using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fallback;

public sealed class ConfiguredResponseTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task A_failed_get_has_the_configured_answer()
    {
        using var client = Client();

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("[]", await response.Content.ReadAsStringAsync(CancellationToken.None));
        Assert.Equal("default", Assert.Single(response.Headers.GetValues("Resilience-Fallback")));
    }

    [Theory]
    [InlineData(null, "application/json; charset=utf-8")]
    [InlineData("text/html", "text/html; charset=utf-8")]
    [InlineData("text/html; charset=utf-8", "text/html; charset=utf-8")]
    [InlineData("text/html; charset=iso-8859-1", "text/html; charset=utf-8")] // It is sent as UTF-8.
    [InlineData("application/problem+json; profile=\"short\"", "application/problem+json; profile=\"short\"; charset=utf-8")]
    public async Task The_media_type_of_a_configured_answer_may_have_parameters(string? mediaType, string sent)
    {
        using var client = Client(options => (options.Content, options.MediaType) = ("äöü", mediaType));

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));

        Assert.Equal(sent, response.Content.Headers.ContentType!.ToString());
        Assert.Equal("äöü", await response.Content.ReadAsStringAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_failed_head_has_its_headers_and_no_body()
    {
        using var client = Client();

        using var response = await _clock.RunAsync(
            () => client.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, ""), CancellationToken.None));

        Assert.Equal(2, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    public async Task A_status_without_content_has_none_whatever_is_configured(int status)
    {
        using var client = Client(options => options.StatusCode = (HttpStatusCode)status);

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(CancellationToken.None));
        Assert.Null(response.Content.Headers.ContentType);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    [InlineData("3.0")]
    public async Task A_configured_answer_has_the_requested_version(string version)
    {
        using var client = Client();
        client.Http.DefaultRequestVersion = Version.Parse(version);

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));

        Assert.True(response.IsFallback());
        Assert.Equal(Version.Parse(version), response.Version);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_write_has_no_configured_answer_since_it_would_claim_that_something_was_done(string method)
    {
        using var client = Client();

        using var response = await _clock.RunAsync(
            () => client.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), ""), CancellationToken.None));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Theory]
    [InlineData("POST")] // A 301, 302 or 303 makes a GET of it,
    [InlineData("DELETE")] // and a 303 of this.
    public async Task A_write_that_a_redirect_turned_into_a_GET_has_no_configured_answer_either(string method)
    {
        using var client = Client(script => script.Then(static request =>
        {
            request.Method = HttpMethod.Get;
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }).Always(), configure: null);

        using var response = await _clock.RunAsync(
            () => client.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), ""), CancellationToken.None));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Each_answer_is_a_response_of_its_own()
    {
        using var client = Client();

        using var first = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));
        first.Dispose();
        using var second = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));

        Assert.Equal("[]", await second.Content.ReadAsStringAsync(CancellationToken.None));
    }

    private ChainClient Client(Action<HttpFallbackOptions>? configure = null) => Client(script => script.Always(503), configure);

    private ChainClient Client(Action<ServerScript> script, Action<HttpFallbackOptions>? configure) =>
        new(new ScriptedServer(script, _clock), options =>
        {
            options.Fallback.StatusCode = HttpStatusCode.OK;
            options.Fallback.Content = "[]";
            configure?.Invoke(options.Fallback);
        }, _clock);
}
