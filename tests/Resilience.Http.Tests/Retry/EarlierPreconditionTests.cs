using System.Net;
using Resilience.Http.Tests.Fallback;
using static Resilience.Http.Tests.Retry.EarlierAttempt;

namespace Resilience.Http.Tests.Retry;

/// <summary>A 412 that an earlier attempt of the same call may have caused.</summary>
public sealed class EarlierPreconditionTests
{
    [Theory]
    [InlineData("If-Match", "\"1\"")]
    [InlineData("If-None-Match", "*")]
    [InlineData("If-Unmodified-Since", "Sun, 01 Mar 2026 12:00:00 GMT")]
    [InlineData("If", "([\"1\"])")]
    [InlineData("Overwrite", "F")]
    [InlineData("If-Schedule-Tag-Match", "\"1\"")]
    public async Task A_412_after_a_timeout_gives_the_timeout_and_says_that_the_write_may_be_done(string name, string value)
    {
        using var world = World(script => script.Hang().Then(412));

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.SendAsync(Put(name, value)));

        Assert.Equal(TimeoutScope.Attempt, thrown.Scope);
        Assert.Equal(
            "payments (https://payments.internal): the PUT may have been done. An earlier attempt failed without an answer (see the " +
            "inner exception), and attempt 2 was answered 412 PreconditionFailed, which the earlier attempt itself may have caused. Read " +
            "the current state before you write again.",
            thrown.Message);
        Assert.Equal(
            ("attempt timeout, 412 PreconditionFailed", "outcome_unknown"),
            (world.Log.Of("CallFailed")[0].Fields["Reasons"], world.Log.Of("CallFailed")[0].Fields["StopReason"]));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_412_after_a_cut_connection_gives_an_exception_of_the_same_error(int second)
    {
        var cut = new HttpRequestException(HttpRequestError.ResponseEnded, "cut");
        using var world = World(script => script.Then(_ => throw cut).Fail(1, second).Then(412));

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(Put("If-Match", "\"1\"")));

        Assert.Equal((HttpRequestError.ResponseEnded, cut), (thrown.HttpRequestError, thrown.InnerException));
        Assert.Contains("attempt 3 was answered 412 PreconditionFailed", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_412_that_an_exception_replaces_is_disposed()
    {
        var content = new DisposedContent();
        using var world = World(
            script => script.Reset().Then(_ => new HttpResponseMessage(HttpStatusCode.PreconditionFailed) { Content = content }));

        await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(Put("If-Match", "\"1\"")));

        Assert.Equal(1, content.Times);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(404)]
    public async Task Any_other_answer_to_a_conditional_write_is_returned_whatever_came_before(int status)
    {
        using var world = World(script => script.Hang().Then(status));

        using var response = await world.SendAsync(Put("If-Match", "\"1\""));

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
    }

    [Fact]
    public async Task After_an_attempt_that_ended_with_a_response_the_caller_gets_the_412()
    {
        using var world = World(script => script.Fail(1, 504).Then(412));

        using var response = await world.SendAsync(Put("If-Match", "\"1\""));

        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
    }

    [Theory]
    [InlineData("PUT", "If-Range")]
    [InlineData("GET", "If-Match")]
    [InlineData("PROPFIND", "If")]
    public async Task A_412_to_anything_but_a_conditional_write_is_an_answer(string method, string name)
    {
        using var world = World(script => script.Hang().Then(412));
        var request = Put(name, "\"1\"");
        request.Method = new HttpMethod(method);

        using var response = await world.SendAsync(request);

        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
    }

    [Fact]
    public async Task A_412_to_a_first_attempt_is_an_answer()
    {
        using var world = World(script => script.Then(412));

        using var response = await world.SendAsync(Put("If-Match", "\"1\""));

        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
    }

    [Fact]
    public async Task A_412_that_a_handler_turned_into_an_exception_is_explained_too()
    {
        using var world = World(script => script.Hang().Then(412), inside: new EnsuringSuccess());

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.SendAsync(Put("If-Match", "\"1\"")));

        Assert.Contains("the PUT may have been done", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_with_the_status_of_an_answer_is_not_the_cause_of_a_412()
    {
        using var world = World(script => script.Fail(1, 504).Then(412), inside: new EnsuringSuccess());

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(Put("If-Match", "\"1\"")));

        Assert.Equal((HttpStatusCode.PreconditionFailed, null), (thrown.StatusCode, thrown.InnerException));
    }

    private static HttpRequestMessage Put(string name, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "charges/1") { Content = new StringContent("{}") };
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
