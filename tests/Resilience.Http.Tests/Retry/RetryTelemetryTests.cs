using Microsoft.Extensions.Logging;
using Resilience.Http.Retry;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Tracing;

namespace Resilience.Http.Tests.Retry;

public sealed class RetryTelemetryTests
{
    [Fact]
    public async Task A_call_that_succeeded_at_once_logs_no_retry_and_counts_none()
    {
        using var world = new RetryFixture(script => script.Always(200));

        using var response = await world.GetAsync();

        Assert.Empty(world.Log.Lines);
        Assert.Equal(0, world.Retried());
        Assert.Empty(world.Suppressed());
    }

    [Fact]
    public async Task A_retry_that_won_is_one_line_at_Information()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Refuse().Then(200));

        using var response = await world.GetAsync();

        var line = Assert.Single(world.Log.Lines);
        Assert.Equal((LogLevel.Information, "CallRecovered", 501), (line.Level, line.Event.Name, line.Event.Id));
        Assert.Equal("payments", line.Fields["Service"]);
        Assert.Equal("https://payments.internal", line.Fields["Authority"]);
        Assert.Equal(3, line.Fields["Attempts"]);
        Assert.Equal(0.6, line.Fields["Elapsed"]);
        Assert.Equal(
            "503 ServiceUnavailable, HttpRequestException: Connection refused (payments.internal:443)", line.Fields["Reasons"]);
    }

    [Fact]
    public async Task Failed_in_the_end_is_one_warning_with_all_reasons()
    {
        using var world = new RetryFixture(script => script.Fail(2, 503).Fail(1, 502).Fail(1, 504));

        using var response = await world.GetAsync();

        var line = Assert.Single(world.Log.Lines);
        Assert.Equal((LogLevel.Warning, "CallFailed", 502), (line.Level, line.Event.Name, line.Event.Id));
        Assert.Equal("payments", line.Fields["Service"]);
        Assert.Equal("https://payments.internal", line.Fields["Authority"]);
        Assert.Equal(HttpMethod.Get, line.Fields["Method"]);
        Assert.Equal(4, line.Fields["Attempts"]);
        Assert.Equal(1.4, line.Fields["Elapsed"]);
        Assert.Equal("503 ServiceUnavailable, 503 ServiceUnavailable, 502 BadGateway, 504 GatewayTimeout", line.Fields["Reasons"]);
        Assert.Equal("max_retries_reached", line.Fields["StopReason"]);
    }

    [Fact]
    public async Task The_reported_method_is_the_callers_even_if_a_redirect_changed_it()
    {
        var redirect = new ChangingHandler(request => request.Method = HttpMethod.Get);
        using var world = new RetryFixture(script => script.Always(503), inside: redirect);

        using var response = await world.PostAsync();

        Assert.Equal(HttpMethod.Post, Assert.Single(world.Log.Of("UnsafeMethodNotRepeated")).Fields["Method"]);
        Assert.Equal(HttpMethod.Post, Assert.Single(world.Log.Of("CallFailed")).Fields["Method"]);
    }

    [Fact]
    public async Task A_deadline_that_passed_is_one_warning_too()
    {
        using var world = new RetryFixture(script => script.Hang(), options => options.AttemptTimeout = Timeout.InfiniteTimeSpan);

        await Assert.ThrowsAsync<RequestTimedOutException>(() => world.GetAsync());

        var line = Assert.Single(world.Log.Of("CallFailed"));
        Assert.Equal(("total timeout", "deadline_too_near"), (line.Fields["Reasons"], line.Fields["StopReason"]));
    }

    [Fact]
    public async Task A_timeout_is_logged_as_one_short_reason()
    {
        using var world = new RetryFixture(script => script.Hang().Fail(3, 503));

        using var response = await world.GetAsync();

        var line = Assert.Single(world.Log.Of("CallFailed"));
        Assert.Equal("attempt timeout, 503 ServiceUnavailable, 503 ServiceUnavailable, 503 ServiceUnavailable", line.Fields["Reasons"]);
    }

    [Fact]
    public async Task A_retried_call_that_ends_in_an_exception_that_is_not_repeated_is_logged()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(_ => throw new InvalidOperationException("no token")));

        await Assert.ThrowsAsync<InvalidOperationException>(() => world.GetAsync());

        var line = Assert.Single(world.Log.Of("CallFailed"));
        Assert.Equal(
            ("503 ServiceUnavailable, InvalidOperationException: no token", "not_transient", 2),
            (line.Fields["Reasons"], line.Fields["StopReason"], line.Fields["Attempts"]));
    }

    [Theory]
    [InlineData(HttpLimit.Rate, "503 ServiceUnavailable, rejected by the rate limit")]
    [InlineData(HttpLimit.Concurrency, "503 ServiceUnavailable, rejected by the concurrency limit")]
    [InlineData(HttpLimit.ServerQuota, "503 ServiceUnavailable, rejected, because the service asked its callers to wait")]
    public async Task A_retry_that_a_limit_rejects_names_the_limit(HttpLimit limit, string reasons)
    {
        using var world = new RetryFixture(
            script => script
                .When(static request => request.RequestUri!.AbsolutePath == "/other", other => QuotaUsedUp(other).Always())
                .Fail(1, 503)
                .Always(200),
            options =>
            {
                options.Retry.BaseDelay = TimeSpan.FromSeconds(1);
                if (limit == HttpLimit.Concurrency)
                {
                    (options.ConcurrencyLimit.Enabled, options.ConcurrencyLimit.Limit) = (true, 1);
                }
                else
                {
                    options.RateLimit.Enabled = true;
                    (options.RateLimit.Permits, options.RateLimit.Per) = (limit == HttpLimit.Rate ? 2 : null, TimeSpan.FromMinutes(1));
                }
            });

        var thrown = await Assert.ThrowsAsync<LimitExceededException>(() => world.Clock.RunAsync(async () =>
        {
            var waiting = world.Http.GetAsync("one");
            using var other = new HttpRequestMessage(HttpMethod.Get, "other").NoRetry();
            _ = world.Http.SendAsync(other, HttpCompletionOption.ResponseHeadersRead);
            return await waiting;
        }));

        Assert.Equal(limit, thrown.Limit);
        var line = Assert.Single(world.Log.Of("CallFailed"), static line => Equals(line.Fields["StopReason"], "limit_exceeded"));
        Assert.Equal(reasons, line.Fields["Reasons"]);

        ServerScript QuotaUsedUp(ServerScript script) => limit switch
        {
            HttpLimit.Concurrency => script.Hang(),
            HttpLimit.ServerQuota => script.Quota(0, TimeSpan.FromMinutes(1)),
            _ => script.Then(200),
        };
    }

    [Fact]
    public async Task A_retried_call_whose_caller_cancelled_is_logged()
    {
        using var caller = new CancellationTokenSource();
        using var world = new RetryFixture(script => script.Fail(1, 503).Hang());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.GetAsync(caller, TimeSpan.FromSeconds(1)));

        var line = Assert.Single(world.Log.Of("CallFailed"));
        Assert.Equal(
            ("503 ServiceUnavailable, canceled by the caller", "caller_canceled"), (line.Fields["Reasons"], line.Fields["StopReason"]));
    }

    [Fact]
    public async Task A_last_attempt_cut_by_the_total_timeout_says_that_retries_were_used_up()
    {
        using var world = new RetryFixture(script => script.Fail(3, 503).Hang(), options => options.TotalTimeout = TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<RequestTimedOutException>(() => world.GetAsync());

        Assert.Equal("max_retries_reached", Assert.Single(world.Log.Of("CallFailed")).Fields["StopReason"]);
    }

    [Fact]
    public async Task Seconds_in_a_log_line_have_at_most_three_decimals()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Slow(TimeSpan.FromTicks(1_234_567)));

        using var response = await world.GetAsync();

        Assert.Contains(" after 0.323 s.", Assert.Single(world.Log.Of("CallRecovered")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_the_caller_cancelled_is_not_a_failure()
    {
        using var caller = new CancellationTokenSource();
        using var world = new RetryFixture(script => script.Hang());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.GetAsync(caller, TimeSpan.FromSeconds(1)));

        Assert.Empty(world.Log.Lines);
        Assert.Empty(world.Suppressed());
    }

    [Fact]
    public async Task User_info_path_and_query_are_not_logged()
    {
        using var world = new RetryFixture(script => script.Always(503));

        using var response = await world.SendAsync(new(HttpMethod.Get, "https://user:secret@payments.internal/private?key=secret"));

        var line = Assert.Single(world.Log.Lines);
        Assert.DoesNotContain("secret", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("private", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_retry_is_an_event_on_the_span_of_the_call()
    {
        using var spans = new RecordedSpans("retry-events");
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200), name: "retry-events");

        using var response = await world.GetAsync();

        var events = spans.Single.Events.Where(each => each.Name == "resilience.retry").Select(each => each.Tags.ToDictionary()).ToArray();
        Assert.Equal([1, 2], events.Select(each => each["resilience.attempts"]));
        Assert.Equal([0.2, 0.4], events.Select(each => each["resilience.retry.delay"]));
        Assert.All(events, each => Assert.Equal("503 ServiceUnavailable", each["resilience.reason"]));
    }

    [Fact]
    public async Task The_budget_can_be_seen()
    {
        using var world = new RetryFixture(
            script => script.Fail(2, 503).Then(200), options => options.Retry.Budget.MinRetriesPerSecond = 0);

        using var response = await world.GetAsync();

        var available = Assert.Single(world.Metrics.Observe("resilience.http.retry_budget.available"));
        Assert.Equal(9.2, available.Value, 6); // Two taken; the one that succeeded came back, and the call paid 0.2 in.
        Assert.Equal("{retry}", available.Unit);
        Assert.Equal("payments", available.Tags["resilience.service.name"]);
    }

    [Fact]
    public async Task A_budget_that_is_off_is_not_shown()
    {
        using var world = new RetryFixture(script => script.Always(200), options => options.Retry.Budget.Enabled = false);

        using var response = await world.GetAsync();

        Assert.Empty(world.Metrics.Observe("resilience.http.retry_budget.available"));
    }

    [Fact]
    public void Every_reason_has_a_text_of_its_own()
    {
        var texts = Enum.GetValues<RetryStopReason>().Select(reason => reason.Text()).ToArray();

        Assert.All(texts, text => Assert.Matches("^[a-z]+(_[a-z]+)*$", text));
        Assert.Equal(texts.Length, texts.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((RetryStopReason)99).Text());
    }
}
