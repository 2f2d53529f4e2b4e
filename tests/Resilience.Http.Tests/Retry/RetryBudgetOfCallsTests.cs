using System.Net;

namespace Resilience.Http.Tests.Retry;

/// <summary>The budget as calls pay into it and retries take from it.</summary>
public sealed class RetryBudgetOfCallsTests
{
    [Fact]
    public async Task A_call_that_succeeds_at_once_credits_the_retry_budget()
    {
        using var world = new RetryFixture(script => script.Always(200));

        for (var i = 0; i < 5; i++)
        {
            using var response = await world.GetAsync();
        }

        Assert.Equal(11, world.Budget);
    }

    [Theory]
    [InlineData(1, 10.2)]
    [InlineData(3, 8.2)]
    public async Task A_successful_retry_returns_its_tokens_and_its_call_credits_the_budget(int failures, double left)
    {
        using var world = new RetryFixture(script => script.Fail(failures, 503).Then(200), NothingFlowsIn);

        using var response = await world.GetAsync();

        Assert.Equal(left, world.Budget, 6);
    }

    [Theory]
    [InlineData(429, null, 9)]
    [InlineData(429, 1, 9)]
    [InlineData(503, 1, 9)]
    [InlineData(500, 1, 9)]
    [InlineData(503, null, 10.2)]
    public async Task After_a_429_or_a_Retry_After_a_retry_is_paid_for_even_if_it_won(int status, int? retryAfter, double left)
    {
        using var world = new RetryFixture(
            script => script.Fail(1, status, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null).Then(200), NothingFlowsIn);

        using var response = await world.GetAsync();

        Assert.Equal(left, world.Budget, 6);
    }

    [Theory]
    [InlineData(429, null, 9)]
    [InlineData(429, 1, 9)]
    [InlineData(503, 1, 9)]
    [InlineData(404, 1, 9)]
    [InlineData(404, null, 10.2)]
    public async Task A_sign_of_load_counts_even_if_ClassifyOutcome_returns_Retryable(int status, int? retryAfter, double left)
    {
        using var world = new RetryFixture(
            script => script.Fail(1, status, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null).Then(200),
            options =>
            {
                NothingFlowsIn(options);
                options.ClassifyOutcome = outcome => outcome.Response is { IsSuccessStatusCode: false } ? AttemptVerdict.Retryable : null;
            });

        using var response = await world.GetAsync();

        Assert.Equal(left, world.Budget, 6);
    }

    [Fact]
    public async Task Consecutive_timeouts_count_even_if_ClassifyOutcome_returns_Retryable()
    {
        using var world = new RetryFixture(script => script.Hang(2).Then(200), options =>
        {
            NothingFlowsIn(options);
            options.AttemptTimeout = TimeSpan.FromSeconds(1);
            options.ClassifyOutcome = static outcome => outcome.Exception is null ? null : AttemptVerdict.Retryable;
        });

        using var response = await world.GetAsync();

        Assert.Equal(8, world.Budget, 6);
    }

    [Fact]
    public async Task The_Retry_After_of_a_409_that_the_call_caused_is_not_a_sign_of_load()
    {
        using var world = new RetryFixture(script => script.Hang(1).Fail(1, 409, TimeSpan.FromSeconds(1)).Then(200), options =>
        {
            NothingFlowsIn(options);
            options.AttemptTimeout = TimeSpan.FromSeconds(1);
        });

        using var response = await world.PostAsync(static request => request.Headers.Add("Idempotency-Key", "1"));

        Assert.Equal(9.2, world.Budget, 6);
    }

    [Theory]
    [InlineData(1, 10.2)]
    [InlineData(2, 8)]
    public async Task While_timeouts_are_consecutive_a_retry_is_paid_for_even_if_it_won(int timeouts, double left)
    {
        using var world = new RetryFixture(script => script.Hang(timeouts).Then(200), options =>
        {
            NothingFlowsIn(options);
            options.AttemptTimeout = TimeSpan.FromSeconds(1);
        });

        using var response = await world.GetAsync();

        Assert.Equal(left, world.Budget, 6);
    }

    [Fact]
    public async Task A_success_resets_the_count_of_consecutive_timeouts()
    {
        using var world = new RetryFixture(script => script.Hang(2).Then(200).Fail(1, 503).Then(200), options =>
        {
            NothingFlowsIn(options);
            options.AttemptTimeout = TimeSpan.FromSeconds(1);
        });

        using var first = await world.GetAsync();
        using var second = await world.GetAsync();

        Assert.Equal(8.2, world.Budget, 6);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_failed_call_does_not_credit_the_retry_budget(int status)
    {
        using var world = new RetryFixture(script => script.Then((HttpStatusCode)status), NothingFlowsIn);

        using var response = await world.PostAsync();

        Assert.Equal(10, world.Budget);
    }

    [Fact]
    public async Task An_empty_budget_hands_the_outcome_to_the_caller_without_a_wait()
    {
        using var world = new RetryFixture(script => script.Fail(14, 500).Then(502), NothingFlowsIn);
        for (var i = 0; i < 3; i++)
        {
            using var spending = await world.GetAsync();
        }

        Assert.Equal(1, world.Budget);
        var before = world.Clock.Elapsed;
        using var response = await world.GetAsync();
        using var next = await world.GetAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, next.StatusCode);
        Assert.Equal(before + TimeSpan.FromMilliseconds(200), world.Clock.Elapsed);
        Assert.Equal(["budget_empty", "budget_empty"], world.Suppressed()[^2..]);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_gives_its_retry_back()
    {
        using var caller = new CancellationTokenSource();
        using var world = new RetryFixture(script => script.Always(503), NothingFlowsIn);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.GetAsync(caller, TimeSpan.FromMilliseconds(300)));

        Assert.Equal(9, world.Budget);
        Assert.Equal(1, world.Retried());
    }

    [Theory]
    [InlineData(429, 4)]
    [InlineData(503, 7)]
    [InlineData(502, 100)]
    public async Task Savings_are_not_spent_on_a_service_that_asks_for_less(int status, int retries)
    {
        using var world = new RetryFixture(script => script.Fail(500, 200).Always(status), NothingFlowsIn);
        for (var i = 0; i < 500; i++)
        {
            using var saving = await world.GetAsync();
        }

        for (var i = 0; i < 50; i++)
        {
            using var response = await world.GetAsync();
        }

        Assert.Equal(retries, world.Retried());
    }

    [Fact]
    public async Task A_budget_that_is_off_is_neither_credited_nor_checked()
    {
        using var world = new RetryFixture(
            script => script.Fail(30, 503).Always(200),
            options =>
            {
                NothingFlowsIn(options);
                options.Retry.Budget.Enabled = false;
            });

        for (var i = 0; i < 10; i++)
        {
            using var response = await world.GetAsync();
        }

        Assert.Equal(33, world.Server.Requests.Count);
        Assert.Equal(10, world.Budget);
    }

    [Fact]
    public async Task Ten_thousand_calls_in_a_burst_to_a_dead_service_make_only_ten_retries()
    {
        using var world = new RetryFixture(script => script.Always(503));

        await world.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 10_000).Select(async _ =>
        {
            using var response = await world.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead);
        })));

        // Ten at start, and one a second for the while that the last of them waits.
        var allowed = 10 + (int)world.Clock.Elapsed.TotalSeconds;
        Assert.InRange(world.Server.Requests.Count, 10_001, 10_000 + allowed);
    }

    [Fact]
    public async Task All_authorities_of_a_service_share_one_budget()
    {
        using var world = new RetryFixture(script => script.Always(500), NothingFlowsIn);

        foreach (var host in new[] { "a", "b", "c", "d" })
        {
            using var response = await world.SendAsync(new(HttpMethod.Get, $"https://{host}.internal/"));
        }

        Assert.Equal(14, world.Server.Requests.Count);
        Assert.Equal(0, world.Budget);
    }

    private static void NothingFlowsIn(ResilientHttpClientOptions options) => options.Retry.Budget.MinRetriesPerSecond = 0;
}
