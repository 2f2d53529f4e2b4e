using System.Net;
using Resilience.Http.Testing;
using static System.Threading.CancellationToken;

namespace Resilience.Http.Tests.Fallback;

/// <summary>Which calls a fallback delegate is asked for, and what becomes of its answer.</summary>
public sealed class FallbackDelegateTests
{
    private readonly FallbackFixture _fixture = new();

    [Fact]
    public async Task A_fallback_answers_a_failed_call_and_its_answer_is_marked()
    {
        using var client = _fixture.Client(script => script.Always(503), _fixture.Answer(HttpStatusCode.Accepted));

        using var response = await _fixture.Clock.RunAsync(() => client.Http.PostAsync("charges", null, None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("delegate", Assert.Single(response.Headers.GetValues("Resilience-Fallback")));
        Assert.Equal((FallbackCause.Failed, "payments", 1), (_fixture.Seen!.Cause, _fixture.Seen.ServiceName, _fixture.Seen.Attempts));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, _fixture.Seen.Response!.StatusCode);
        Assert.NotNull(response.RequestMessage);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Transient_statuses_invoke_the_fallback(int status)
    {
        using var client = _fixture.Client(script => script.Always(status), _fixture.Answer(HttpStatusCode.OK));

        using var response = await _fixture.Clock.RunAsync(() => client.Http.GetAsync("", None));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(501)]
    public async Task Any_other_answer_of_the_server_is_returned_to_the_caller(int status)
    {
        using var client = _fixture.Client(script => script.Always(status), _fixture.Answer(HttpStatusCode.Accepted));

        using var response = await _fixture.Clock.RunAsync(() => client.Http.GetAsync("", None));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.False(response.Headers.Contains("Resilience-Fallback"));
        Assert.Null(_fixture.Seen);
    }

    [Fact]
    public async Task A_fallback_that_throws_leaves_the_original_outcome()
    {
        var server = new ScriptedServer(script => script.Refuse().Always(), _fixture.Clock);
        using var client = _fixture.Client(
            server, (_, _) => throw new InvalidOperationException("mine"), options => options.Retry.Enabled = false);

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => _fixture.Clock.RunAsync(() => client.Http.GetAsync("", None)));

        Assert.Equal(HttpRequestError.ConnectionError, thrown.HttpRequestError);
    }

    [Fact]
    public async Task A_fallback_that_returns_null_lets_the_next_one_answer()
    {
        using var client = _fixture.Client(
            script => script.Always(503),
            (_, _) => default,
            options => options.Fallback.Add(_fixture.Answer(HttpStatusCode.Accepted)));

        using var response = await _fixture.Clock.RunAsync(() => client.Http.PostAsync("", null, None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task The_response_that_a_fallback_replaces_is_disposed_once_and_its_own_is_not()
    {
        var first = new DisposedContent();
        var server = new ScriptedServer(
            script => script.Then(_ => new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = first }), _fixture.Clock);
        using var client = _fixture.Client(server, _fixture.Answer(HttpStatusCode.OK), options => options.Retry.Enabled = false);

        using var response = await _fixture.Clock.RunAsync(() => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, None));

        Assert.Equal(1, first.Times);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_fallback_that_returns_the_original_response_changes_nothing()
    {
        using var client = _fixture.Client(
            script => script.Always(503),
            (context, _) => new ValueTask<HttpResponseMessage?>(context.Response));

        using var response = await _fixture.Clock.RunAsync(() => client.Http.PostAsync("", null, None));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.False(response.Headers.Contains("Resilience-Fallback"));
    }

    [Fact]
    public void A_synchronous_call_is_answered_too()
    {
        using var client = _fixture.Client(script => script.Always(503), _fixture.Answer(HttpStatusCode.Accepted));

        using var response = _fixture.Clock.Run(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Post, "charges"), None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData("2.0", false, "2.0")]
    [InlineData("1.0", false, "1.0")]
    [InlineData("2.0", true, "1.1")]
    public async Task A_fallback_answer_has_the_requested_version_unless_a_server_sent_it(
        string asked, bool received, string expected)
    {
        using var client = _fixture.Client(script => script.Always(503), (_, _) => new(new HttpResponseMessage
        {
            RequestMessage = received ? new HttpRequestMessage(HttpMethod.Get, "https://mirror.internal/") : null,
        }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "charges") { Version = new(asked) };

        using var response = await _fixture.Clock.RunAsync(() => client.Http.SendAsync(request, None));

        Assert.Equal(new Version(expected), response.Version);
    }
}
