using System.Globalization;
using System.Net;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Fallback;

namespace Resilience.Http.Tests.Retry;

/// <summary>Answers that an earlier attempt of the same call may have caused: 409 and 412.</summary>
public sealed class EarlierAttemptTests
{
    [Theory]
    [InlineData("hang", new double[] { 0, 2200, 2800, 3800 })]
    [InlineData("reset", new double[] { 0, 200, 800, 1800 })]
    [InlineData("502", new double[] { 0, 200, 800, 1800 })]
    [InlineData("504", new double[] { 0, 200, 800, 1800 })]
    [InlineData("520", new double[] { 0, 200, 800, 1800 })]
    [InlineData("524", new double[] { 0, 200, 800, 1800 })]
    [InlineData("598", new double[] { 0, 200, 800, 1800 })]
    public async Task With_a_key_a_409_after_an_unknown_outcome_is_repeated(string first, double[] attemptsAt)
    {
        using var world = World(script => Begin(script, first).Fail(2, 409).Then(201));

        using var response = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(attemptsAt, world.AttemptsAt);
    }

    [Fact]
    public async Task A_409_is_repeated_after_at_least_the_whole_step_or_its_Retry_After()
    {
        using var world = World(script => script.Reset().Fail(1, 409).Fail(1, 409, TimeSpan.FromSeconds(3)).Then(201));
        world.Chance = 0;

        using var response = await world.PostAsync(WithKey);

        Assert.Equal([0, 0, 400, 3400], world.AttemptsAt);
    }

    [Fact]
    public async Task At_the_end_the_caller_gets_the_409()
    {
        using var world = World(script => script.Hang().Fail(3, 409));

        using var response = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(["max_retries_reached"], world.Suppressed());
        Assert.Equal(
            "attempt timeout, 409 Conflict, 409 Conflict, 409 Conflict", Assert.Single(world.Log.Of("CallFailed")).Fields["Reasons"]);
    }

    [Fact]
    public async Task A_409_that_asks_for_more_time_than_the_call_has_is_returned_at_once()
    {
        using var world = World(script => script.Reset().Fail(1, 409, TimeSpan.FromSeconds(60)));

        using var response = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(TimeSpan.FromMilliseconds(200), world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_409_to_a_first_attempt_is_an_answer()
    {
        using var world = World(script => script.Then(409));

        using var response = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task Without_a_key_a_409_is_an_answer()
    {
        using var world = World(script => script.Hang().Then(409));

        using var response = await world.PostAsync(request => request.AllowRetry());

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(2, world.Server.Requests.Count);
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("521")]
    [InlineData("525")]
    [InlineData("429")]
    public async Task A_409_after_an_attempt_that_did_no_work_is_an_answer(string first)
    {
        using var world = World(script => Begin(script, first).Then(409));

        using var response = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(2, world.Server.Requests.Count);
    }

    [Fact]
    public async Task The_next_call_knows_nothing_of_the_attempts_of_the_one_before()
    {
        using var world = World(script => script.Reset().Then(201).Fail(1, 503).Then(409));
        using var first = await world.PostAsync(WithKey);

        using var second = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal(4, world.Server.Requests.Count);
    }

    [Fact]
    public async Task A_repeated_409_counts_for_no_circuit()
    {
        using var world = World(script => script.Reset().Fail(2, 409).Then(201), options =>
        {
            options.CircuitBreaker.Enabled = true;
            options.CircuitBreaker.FailureThreshold = 2;
        });

        using var response = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task A_classifier_sees_the_409_and_the_number_of_its_attempt()
    {
        var numbers = new List<int>();
        using var world = World(script => script.Reset().Then(409), options => options.ClassifyOutcome = outcome =>
        {
            numbers.Add(outcome.AttemptNumber);
            return outcome.Response?.StatusCode == HttpStatusCode.Conflict ? AttemptVerdict.Success : null;
        });

        using var response = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal([1, 2], numbers);
    }

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
    public async Task The_412_in_whose_place_an_exception_is_thrown_is_disposed()
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
    public async Task Any_other_answer_to_a_conditional_write_is_the_caller_s_whatever_came_before(int status)
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
    public async Task A_409_that_a_handler_made_an_exception_of_is_repeated_after_the_whole_step()
    {
        using var world = World(script => script.Reset().Fail(2, 409).Then(201), inside: new EnsuringSuccess());
        world.Chance = 0;

        using var response = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal([0, 0, 400, 1200], world.AttemptsAt);
    }

    [Fact]
    public async Task A_412_that_a_handler_made_an_exception_of_is_explained_too()
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

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_exception_with_a_status_is_an_answer_that_did_no_work(int status)
    {
        using var world = World(script => script.Fail(1, status).Then(409), inside: new EnsuringSuccess());

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => world.PostAsync(WithKey));

        Assert.Equal(HttpStatusCode.Conflict, thrown.StatusCode);
        Assert.Equal(2, world.Server.Requests.Count);
    }

    private static RetryFixture World(
        Action<ServerScript> script, Action<ResilientHttpClientOptions>? configure = null, DelegatingHandler? inside = null) => new(
        script,
        options =>
        {
            options.AttemptTimeout = TimeSpan.FromSeconds(2);
            configure?.Invoke(options);
        },
        inside);

    /// <summary>A handler that throws for every status that is not a success, as many API clients do.</summary>
    private sealed class EnsuringSuccess : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            (await base.SendAsync(request, cancellationToken)).EnsureSuccessStatusCode();
    }

    private static ServerScript Begin(ServerScript script, string first) => first switch
    {
        "hang" => script.Hang(),
        "reset" => script.Reset(),
        "refuse" => script.Refuse(),
        _ => script.Fail(1, int.Parse(first, CultureInfo.InvariantCulture)),
    };

    private static void WithKey(HttpRequestMessage request) => request.Headers.Add("Idempotency-Key", "charge-17");

    private static HttpRequestMessage Put(string name, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "charges/1") { Content = new StringContent("{}") };
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
