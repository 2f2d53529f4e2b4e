using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.RateLimiting;

/// <summary>One response asks for a wait, and all calls that share its quota wait.</summary>
public sealed class FollowServerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Fifty_callers_send_nothing_before_the_pause_ends_and_then_not_all_at_once()
    {
        using var fixture = Following(static script => script.Fail(1, 429, retryAfter: TimeSpan.FromSeconds(7)).Always(200));

        var responses = await fixture.GetAsync(calls: 50);

        var sent = fixture.SentAt;
        Assert.Equal(51, sent.Length);
        Assert.All(sent.Skip(1), static at => Assert.True(at >= 7_000, $"{at}"));
        for (var i = 1; i < sent.Length; i++)
        {
            // From the quarter of a second before, at most twice as many.
            var (before, now) = (sent.Count(at => at >= 7_000 && at < sent[i] - 250), sent.Count(at => at >= 7_000 && at <= sent[i]));
            Assert.True(now <= 2 * (before + 1) + 1, $"{now} until {sent[i]} ms, {before} a quarter of a second before");
        }

        Assert.InRange(sent[^1], 8_000, 9_000);
        Assert.All(responses, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_call_that_was_asked_to_wait_does_not_wait_twice(int status)
    {
        using var fixture = Following(script => script.Fail(1, status, retryAfter: TimeSpan.FromSeconds(5)).Always(200));

        await fixture.GetAsync();

        Assert.Equal([0, 5_000], fixture.SentAt);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task The_Retry_After_of_any_other_status_delays_no_other_call(int status)
    {
        using var fixture = Following(
            script => script.Fail(1, status, retryAfter: TimeSpan.FromSeconds(5)).Always(200),
            configure: static options => options.Retry.Enabled = false);

        await fixture.GetAsync();
        await fixture.GetAsync();

        Assert.Equal([0, 0], fixture.SentAt);
    }

    [Fact]
    public async Task A_success_with_no_quota_left_delays_the_next_call()
    {
        using var fixture = Following(static script => script.Quota(0, 7 * Second).Always(200));

        await fixture.GetAsync();
        await fixture.GetAsync();

        Assert.Equal([0, 7_000], fixture.SentAt);
    }

    [Fact]
    public async Task Calls_that_the_server_holds_back_end_when_the_app_is_disposed()
    {
        using var fixture = Following(static script => script.Quota(0, 7 * Second).Always(200));
        await fixture.GetAsync();
        var waiting = fixture.Http.SendAsync(RateLimitFixture.Get(), TestContext.Current.CancellationToken);

        fixture.Service.Host.End();

        var ended = await Assert.ThrowsAsync<LimitExceededException>(() => waiting);
        Assert.Contains("and the app was disposed meanwhile", ended.Message, StringComparison.Ordinal);
        Assert.Equal([0], fixture.SentAt);
    }

    [Fact]
    public async Task Retry_After_takes_precedence_over_the_window()
    {
        using var fixture = Following(static script => script
            .Then(_ => Quota(0, 7, HttpStatusCode.TooManyRequests, retryAfter: "2")).Always(200));

        await fixture.GetAsync();

        Assert.Equal([0, 2_000], fixture.SentAt);
    }

    [Fact]
    public async Task A_429_without_Retry_After_is_repeated_when_the_window_ends()
    {
        using var fixture = Following(static script => script.Quota(0, 7 * Second, HttpStatusCode.TooManyRequests).Always(200));

        await fixture.GetAsync();

        Assert.Equal([0, 7_000], fixture.SentAt);
    }

    [Fact]
    public async Task If_the_window_ends_after_its_deadline_the_caller_gets_the_429()
    {
        using var fixture = Following(static script => script.Quota(0, 50 * Second, HttpStatusCode.TooManyRequests).Always(200));

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.Zero, fixture.Clock.Elapsed);
    }

    [Fact]
    public async Task A_call_that_cannot_wait_is_rejected_at_once()
    {
        using var fixture = Following(static script => script.Quota(0, 50 * Second).Always(200));
        await fixture.GetAsync();
        fixture.Clock.Advance(TimeSpan.FromSeconds(10));

        var rejected = await fixture.RejectedAsync();

        Assert.Equal(HttpLimit.ServerQuota, rejected.Limit);
        Assert.Equal(TimeSpan.FromSeconds(40), rejected.RetryAfter);
        Assert.Equal(
            "payments (https://payments.internal) was not called: the service asked its callers to wait for 50 s (RateLimit with r=0), " +
            "which ends after the deadline of this request (RateLimit:FollowServer); next attempt possible in 40 s",
            rejected.Message);
        Assert.Equal("server_quota", fixture.Metrics.Of("resilience.http.limit.rejections").Single().Tags["resilience.limit"]);
    }

    [Fact]
    public async Task Only_the_authority_that_asked_is_left_alone()
    {
        using var fixture = Following(static script => script.Quota(0, 7 * Second).Always(200));
        await fixture.GetAsync();

        await fixture.GetAsync("https://other.internal/");

        Assert.Equal([0, 0], fixture.SentAt);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task With_the_rate_limit_or_FollowServer_off_no_other_call_waits(bool enabled, bool follow)
    {
        using var fixture = Following(static script => script.Quota(0, 7 * Second).Always(200), limit =>
            (limit.Enabled, limit.FollowServer, limit.Permits) = (enabled, follow, (int?)100));

        await fixture.GetAsync();
        await fixture.GetAsync();

        Assert.Equal([0, 0], fixture.SentAt);
    }

    [Fact]
    public async Task One_tenant_of_ten_is_asked_to_wait_an_hour_and_the_others_are_not_affected()
    {
        using var fixture = Following(TenantThreeIsExhausted, static limit => limit.QuotaKey = Tenant);
        await fixture.GetAsync(calls: 10, ForTenant);

        await fixture.GetAsync(calls: 30, number => ForTenant(number % 10 == 3 ? 4 : number));

        Assert.All(fixture.SentAt, static at => Assert.Equal(0, at));
        await Assert.ThrowsAsync<LimitExceededException>(() => fixture.GetAsync(calls: 1, _ => ForTenant(3)));
    }

    [Fact]
    public async Task Without_a_quota_key_no_call_waits_longer_than_a_minute()
    {
        using var fixture = Following(TenantThreeIsExhausted, configure: NoDeadline);
        await fixture.GetAsync(calls: 1, _ => ForTenant(3));

        await fixture.GetAsync(calls: 9, static number => ForTenant(number == 3 ? 9 : number));

        Assert.All(fixture.SentAt, static at => Assert.True(at <= 60_000, $"{at}"));
        Assert.All(fixture.SentAt.Skip(1), static at => Assert.True(at >= 58_000, $"{at}"));
        Assert.Single(fixture.Log.Of("WaitNotShared"));
    }

    [Fact]
    public async Task With_repeated_pauses_no_call_waits_longer_than_MaxServerWait()
    {
        RateLimitFixture fixture = null!;
        using var _ = fixture = Following(
            script => script.Then((_, token) => Later(5, fixture, Quota(0, 10), token)).Quota(0, 10 * Second).Always(200),
            static limit => limit.MaxServerWait = 12 * Second);

        var rejectedAt = await fixture.Clock.RunAsync(async () =>
        {
            var token = TestContext.Current.CancellationToken;
            var asksAgain = fixture.Http.SendAsync(RateLimitFixture.Get(), token);
            await fixture.Http.SendAsync(RateLimitFixture.Get(), token);
            await Task.Delay(Second, fixture.Clock, token);
            await Assert.ThrowsAsync<LimitExceededException>(() => fixture.Http.SendAsync(RateLimitFixture.Get(), token));
            await asksAgain;
            return fixture.Clock.Elapsed;
        });

        Assert.Equal(5 * Second, rejectedAt);
        Assert.Equal([0, 0], fixture.SentAt);
    }

    [Fact]
    public async Task A_longer_wait_is_honored_by_the_call_that_was_asked_to_wait()
    {
        using var fixture = Following(
            static script => script.Fail(1, 429, retryAfter: TimeSpan.FromHours(1)).Always(200),
            configure: static options => options.TotalTimeout = TimeSpan.FromHours(2));

        await fixture.GetAsync();

        Assert.Equal([0, 3_600_000], fixture.SentAt);
    }

    [Fact]
    public async Task Keys_that_the_server_counts_in_one_partition_wait_together()
    {
        using var fixture = Following(
            static script => script
                .When(static request => Tenant(request) == "2", static two => two.Quota(9, 9 * Second, partition: "A").Always(200))
                .When(static request => Tenant(request) == "3", static three => three.Quota(9, 9 * Second, partition: "B").Always(200))
                .Quota(0, 7 * Second, partition: "A")
                .Always(200),
            static limit => limit.QuotaKey = Tenant);
        await fixture.GetAsync(calls: 1, _ => ForTenant(2));
        await fixture.GetAsync(calls: 1, _ => ForTenant(3));
        await fixture.GetAsync(calls: 1, _ => ForTenant(1));

        await fixture.GetAsync(calls: 1, _ => ForTenant(3));
        Assert.All(fixture.SentAt, static at => Assert.Equal(0, at));
        await fixture.GetAsync(calls: 1, _ => ForTenant(2));

        Assert.Equal(7_000, fixture.SentAt[^1]);
    }

    [Fact]
    public async Task A_success_that_began_later_ends_the_wait()
    {
        RateLimitFixture fixture = null!;
        using var _ = fixture = Following(script => script
            .Then((_, token) => Later(3, fixture, Quota(0, 20, HttpStatusCode.TooManyRequests, retryAfter: "20"), token))
            .Then((_, token) => Later(5, fixture, new(HttpStatusCode.OK), token))
            .Always(200));

        await fixture.Clock.RunAsync(async () =>
        {
            var token = TestContext.Current.CancellationToken;
            var throttled = fixture.Http.SendAsync(RateLimitFixture.Get(), token);
            await Task.Delay(Second, fixture.Clock, token);
            var succeeds = fixture.Http.SendAsync(RateLimitFixture.Get(), token);
            await Task.Delay(3 * Second, fixture.Clock, token);
            await fixture.Http.SendAsync(RateLimitFixture.Get(), token);
            await Task.WhenAll(throttled, succeeds);
        });

        Assert.Equal([0, 1_000, 6_000], fixture.SentAt.Take(3));
    }

    [Fact]
    public async Task No_token_is_spent_on_the_wait()
    {
        using var fixture = new RateLimitFixture(
            static script => script.Quota(0, 10 * Second).Always(200),
            static limit => (limit.Permits, limit.Burst, limit.QueueLimit) = (10, 1, 100));
        await fixture.GetAsync();

        await fixture.GetAsync(calls: 10);

        var sent = fixture.SentAt.Skip(1).ToArray();
        Assert.Equal(10_000, sent[0]);
        Assert.All(sent.Zip(sent.Skip(1)), static pair => Assert.True(pair.Second - pair.First >= 99, $"{pair}"));
    }

    [Fact]
    public async Task Calls_that_wait_for_a_token_wait_for_the_service_too()
    {
        RateLimitFixture fixture = null!;
        using var _ = fixture = new RateLimitFixture(
            script => script.Then((_, token) => Later(0.25, fixture, Quota(0, 10), token)).Always(200),
            static limit => (limit.Permits, limit.Burst, limit.QueueLimit) = (10, 1, 100));

        await fixture.GetAsync(calls: 6);

        Assert.Equal([0, 100, 200, 10_250], fixture.SentAt.Take(4));
    }

    [Fact]
    public async Task A_call_that_waits_for_the_service_gives_its_token_back_meanwhile()
    {
        RateLimitFixture fixture = null!;
        using var _ = fixture = new RateLimitFixture(
            script => script.Then((_, token) => Later(5, fixture, Quota(0, 7), token)).Always(200),
            static limit => (limit.Permits, limit.Per, limit.QueueLimit) = (1, 10 * Second, 10));

        await fixture.GetAsync(calls: 2); // The second gets its token after 10 s, and the service wants a pause until 12 s.

        Assert.Equal([0, 12_000], fixture.SentAt);
    }

    [Fact]
    public async Task Fields_of_a_vendor_count_if_configuration_names_them()
    {
        using var fixture = Following(
            static script => script.Then(_ => Vendor()).Always(200),
            static limit => (limit.RemainingHeader, limit.ResetHeader) = ("X-RateLimit-Remaining", "X-RateLimit-Reset"));

        await fixture.GetAsync();
        await fixture.GetAsync();

        Assert.Equal([0, 12_000], fixture.SentAt);
    }

    [Fact]
    public async Task A_delegate_that_throws_is_logged_once_and_stops_no_call()
    {
        using var fixture = Following(
            static script => script.Always(200), static limit => limit.QuotaKey = static _ => throw new InvalidOperationException("oops"));

        await fixture.GetAsync(calls: 3);

        Assert.Equal(["Error", "Debug", "Debug"], fixture.Log.Of("QuotaKeyFailed").Select(static line => line.Level.ToString()));
    }

    [Fact]
    public async Task The_features_that_choose_an_authority_are_warned()
    {
        using var fixture = Following(static script => script.Quota(0, 7 * Second).Always(200));
        await fixture.GetAsync();
        var sources = AuthorityStatusSources.GetOrCreate(fixture.Service);
        var now = fixture.Clock.GetTimestamp();

        var refused = sources.GetAdmission(new("https://payments.internal/x"), now);

        Assert.Equal(new(AdmissionState.Refused, now + 7 * TimeSpan.TicksPerSecond), refused);
        Assert.Equal(AuthorityAdmission.Open, sources.GetAdmission(new("https://other.internal/"), now));
        var later = now + 8 * TimeSpan.TicksPerSecond;
        Assert.Equal(AuthorityAdmission.Open, sources.GetAdmission(new("https://payments.internal/x"), later));
    }

    [Fact]
    public async Task A_response_created_by_this_client_itself_requests_no_pause()
    {
        using var fixture = Following(
            static script => script.Always(200),
            static limit => (limit.Permits, limit.Rejection, limit.Per) = (1, HttpRejection.Respond, TimeSpan.FromHours(1)));
        await fixture.GetAsync();

        using var rejected = await fixture.GetAsync();
        fixture.Edit(static options => options.RateLimit.Permits = null);
        await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
        Assert.Equal([0, 0], fixture.SentAt);
    }

    [Fact]
    public void A_synchronous_call_waits_on_the_clock()
    {
        using var fixture = Following(static script => script.Quota(0, 7 * Second).Always(200));

        fixture.Clock.Run(() => fixture.Http.Send(RateLimitFixture.Get(), TestContext.Current.CancellationToken));
        fixture.Clock.Run(() => fixture.Http.Send(RateLimitFixture.Get(), TestContext.Current.CancellationToken));

        Assert.Equal([0, 7_000], fixture.SentAt);
    }

    private static RateLimitFixture Following(
        Action<ServerScript> script, Action<HttpRateLimitOptions>? limit = null, Action<ResilientHttpClientOptions>? configure = null) =>
        new(script, limit ?? (static _ => { }), configure);

    private static HttpResponseMessage Quota(
        int remaining, int window, HttpStatusCode status = HttpStatusCode.OK, string? retryAfter = null)
    {
        var response = new HttpResponseMessage(status);
        response.Headers.Add("RateLimit", $"\"default\";r={remaining};t={window}");
        if (retryAfter is not null)
        {
            response.Headers.Add("Retry-After", retryAfter);
        }

        return response;
    }

    private static HttpResponseMessage Vendor()
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK);
        response.Headers.Add("X-RateLimit-Remaining", "0");
        response.Headers.Add("X-RateLimit-Reset", "12");
        return response;
    }

    [Theory]
    [InlineData("canceled")]
    [InlineData("refused")]
    public async Task A_slot_after_a_pause_is_given_back_by_a_send_that_does_not_go(string why)
    {
        using var fixture = new RateLimitFixture(
            static script => script.Quota(0, 7 * Second).Always(200), static limit => limit.FollowServer = true, NoDeadline);
        await fixture.GetAsync();
        fixture.Clock.Advance(7 * Second);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        for (var i = 0; i < 8; i++)
        {
            await NotSentAsync(fixture, why, gone.Token);
        }

        await fixture.GetAsync();

        Assert.Equal([0, 7_000], fixture.SentAt);
    }

    private static async Task NotSentAsync(RateLimitFixture fixture, string why, CancellationToken gone)
    {
        var circuits = CircuitRegistry.GetOrCreate(fixture.Service.Host);
        if (why == "refused")
        {
            circuits.Isolate("payments", "maintenance");
            await Assert.ThrowsAsync<CircuitOpenException>(() => fixture.GetAsync());
            circuits.Reset("payments");
        }
        else
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.GetAsync(cancellationToken: gone));
        }
    }

    private static async Task<HttpResponseMessage> Later(
        double seconds, RateLimitFixture fixture, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), fixture.Clock, cancellationToken);
        return response;
    }

    private static void TenantThreeIsExhausted(ServerScript script) => script
        .When(static request => Tenant(request) == "3", static three => three.Fail(1, 429, retryAfter: TimeSpan.FromHours(1)).Always())
        .Always(200);

    private static string? Tenant(HttpRequestMessage request) => request.Headers.GetValues("Tenant").Single();

    private static HttpRequestMessage ForTenant(int tenant)
    {
        var request = RateLimitFixture.Get();
        request.Headers.Add("Tenant", $"{tenant % 10}");
        return request;
    }

    private static void NoDeadline(ResilientHttpClientOptions options)
    {
        options.TotalTimeout = options.AttemptTimeout = Timeout.InfiniteTimeSpan;
        options.Retry.Enabled = false;
    }
}
