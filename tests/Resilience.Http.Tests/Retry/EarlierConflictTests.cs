using System.Net;
using static Resilience.Http.Tests.Retry.EarlierAttempt;

namespace Resilience.Http.Tests.Retry;

/// <summary>A 409 that an earlier attempt of the same call may have caused.</summary>
public sealed class EarlierConflictTests
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
    public async Task After_the_last_retry_the_caller_gets_the_409()
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
    public async Task The_next_call_is_not_affected_by_the_attempts_of_the_previous_one()
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

    [Fact]
    public async Task A_409_that_a_handler_turned_into_an_exception_is_repeated_after_the_whole_step()
    {
        using var world = World(script => script.Reset().Fail(2, 409).Then(201), inside: new EnsuringSuccess());
        world.Chance = 0;

        using var response = await world.PostAsync(WithKey);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal([0, 0, 400, 1200], world.AttemptsAt);
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

    private static void WithKey(HttpRequestMessage request) => request.Headers.Add("Idempotency-Key", "charge-17");
}
