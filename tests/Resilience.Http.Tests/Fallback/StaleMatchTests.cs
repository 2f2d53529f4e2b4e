using System.Net;
using static Resilience.Http.Tests.Fallback.StaleFixture;

namespace Resilience.Http.Tests.Fallback;

/// <summary>A kept answer goes only to a request that is like the one it answered.</summary>
public sealed class StaleMatchTests
{
    private readonly StaleFixture _fixture = new();

    [Fact]
    public async Task Two_users_of_different_api_keys_never_see_each_others_answer()
    {
        using var client = _fixture.Client(Good("the answer of A"), Bad());
        Assert.Equal("the answer of A", await _fixture.ReadAsync(client, "account", request => request.Headers.Add("X-Api-Key", "A")));

        using var ofB = await _fixture.SendAsync(client, "account", request => request.Headers.Add("X-Api-Key", "B"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ofB.StatusCode);

        using var ofA = await _fixture.SendAsync(client, "account", request => request.Headers.Add("X-Api-Key", "A"));
        Assert.Equal("the answer of A", await ofA.Content.ReadAsStringAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Users_whose_token_an_inner_handler_adds_never_see_each_others_answers()
    {
        var token = new OptionalToken { Token = "A" };
        using var client = _fixture.Client(token, Good("the answer of A"), Bad());
        Assert.Equal("the answer of A", await _fixture.ReadAsync(client, "account"));

        token.Token = "B";
        using var ofB = await _fixture.SendAsync(client, "account");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ofB.StatusCode);

        token.Token = "A";
        using var ofA = await _fixture.SendAsync(client, "account");
        Assert.Equal("stale", Assert.Single(ofA.Headers.GetValues("Resilience-Fallback")));
    }

    [Fact]
    public async Task Trace_headers_do_not_choose_an_answer()
    {
        using var client = _fixture.Client(Good("one"), Bad());
        await _fixture.ReadAsync(
            client, "", request => request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

        Assert.Equal(
            "one",
            await _fixture.ReadAsync(
                client, "", request => request.Headers.Add("traceparent", "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")));
    }

    [Theory]
    [InlineData("b3")]
    [InlineData("X-B3-TraceId")]
    [InlineData("x-b3-spanid")]
    [InlineData("X-Amzn-Trace-Id")]
    [InlineData("X-Cloud-Trace-Context")]
    [InlineData("uber-trace-id")]
    [InlineData("x-datadog-parent-id")]
    [InlineData("sentry-trace")]
    public async Task Trace_headers_of_other_tracers_do_not_choose_an_answer(string header)
    {
        using var client = _fixture.Client(Good("one"), Bad());
        await _fixture.ReadAsync(client, "", request => request.Headers.TryAddWithoutValidation(header, "1"));

        Assert.Equal("one", await _fixture.ReadAsync(client, "", request => request.Headers.TryAddWithoutValidation(header, "2")));
    }

    [Fact]
    public async Task A_request_with_a_body_shares_no_answer_with_another()
    {
        using var client = _fixture.Client(Good("the hits of A"), Bad());
        await _fixture.ReadAsync(client, "search", request => request.Content = new StringContent("A"));

        using var ofB = await _fixture.SendAsync(client, "search", request => request.Content = new StringContent("B"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ofB.StatusCode);
    }

    [Fact]
    public async Task Another_user_agent_may_get_another_answer()
    {
        using var client = _fixture.Client(Good("for A"), Bad());
        await _fixture.ReadAsync(client, "", request => request.Headers.UserAgent.ParseAdd("A"));

        using var ofB = await _fixture.SendAsync(client, "", request => request.Headers.UserAgent.ParseAdd("B"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ofB.StatusCode);
    }

    [Fact]
    public async Task A_head_is_kept_without_a_body_and_apart_from_the_get()
    {
        using var client = _fixture.Client(Good("one"), Bad());
        using (await _fixture.SendAsync(client, "", request => request.Method = HttpMethod.Head))
        {
        }

        using var head = await _fixture.SendAsync(client, "", request => request.Method = HttpMethod.Head);
        using var get = await _fixture.SendAsync(client, "");

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, get.StatusCode);
    }
}
