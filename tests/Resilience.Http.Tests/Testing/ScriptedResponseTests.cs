using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>An answer of the script has a version and a body as HTTP allows them.</summary>
public sealed class ScriptedResponseTests
{
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
}
