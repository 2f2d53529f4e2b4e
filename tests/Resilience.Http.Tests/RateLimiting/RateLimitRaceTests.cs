using Resilience.Http.RateLimiting;
using Resilience.Http.Requests;

namespace Resilience.Http.Tests.RateLimiting;

/// <summary>What comes at the same moment as the turn of a send, or as the request of a server.</summary>
public sealed class RateLimitRaceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_send_that_is_cancelled_when_it_gets_its_token_is_not_sent()
    {
        using var fixture = new RateLimitFixture(
            static script => script.Always(200), static limit => (limit.Permits, limit.Burst, limit.QueueLimit) = (10, 1, 5));
        await fixture.GetAsync();

        await CancelAtAsync(Second / 10, fixture);

        await fixture.GetAsync(); // takes the token that came back
        Assert.Equal([0, 100], fixture.SentAt);
    }

    [Fact]
    public async Task A_send_that_is_cancelled_when_a_pause_ends_is_not_sent()
    {
        using var fixture = new RateLimitFixture(static script => script.Quota(0, 7 * Second).Always(200), static _ => { });
        await fixture.GetAsync();

        await CancelAtAsync(7 * Second, fixture);

        await fixture.GetAsync(); // takes the slot that came back
        Assert.Equal([0, 7_000], fixture.SentAt);
    }

    [Fact]
    public void A_send_finds_a_token_although_its_authority_is_forgotten()
    {
        using var fixture = new RateLimitFixture(
            static script => script.Always(200),
            static limit => (limit.Permits, limit.Scope) = (1, HttpRateLimitScope.Authority));
        var token = TestContext.Current.CancellationToken;
        var buckets = RateLimiter.GetOrCreate(fixture.Service).Buckets;
        var authorities = 0;

        Race.Run(
            900, // fewer than a table holds
            () =>
            {
                var uri = new Uri($"https://pod-{authorities++}.internal/");
                buckets.GetOrAdd(uri, HttpRateLimitScope.Authority);
                return uri;
            },
            static _ => { },
            uri => fixture.Http.Send(new(HttpMethod.Get, uri), token).Dispose(),
            uri => buckets.TryForget(Authority.From(uri)));

        Assert.Equal(authorities, fixture.SentAt.Length);
    }

    [Fact]
    public async Task A_send_that_finds_a_retired_queue_takes_its_token_from_the_next_one()
    {
        using var reached = new ManualResetEventSlim();
        using var fixture = new RateLimitFixture(
            static script => script.Always(200),
            limit => (limit.Permits, limit.Scope, limit.QuotaKey) = (1, HttpRateLimitScope.Authority, NoteReached));
        var token = TestContext.Current.CancellationToken;
        var buckets = RateLimiter.GetOrCreate(fixture.Service).Buckets;
        var uri = new Uri("https://payments.internal/");
        Assert.True(buckets.GetOrAdd(uri, HttpRateLimitScope.Authority).TryRetire());
        var call = Task.Factory.StartNew(
            () => fixture.Http.Send(new(HttpMethod.Get, uri), token), token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.True(reached.Wait(Patience, token));

        Assert.True(buckets.TryForget("https://payments.internal"));

        using var response = await call.WaitAsync(Patience, token);
        Assert.Equal([0], fixture.SentAt);

        // The key is asked for right before the token.
        string? NoteReached(HttpRequestMessage request)
        {
            reached.Set();
            return null;
        }
    }

    [Fact]
    public async Task A_pause_is_kept_although_its_authority_is_forgotten_at_the_same_time()
    {
        RateLimitFixture fixture = null!;
        var drawn = 0;
        using var _ = fixture = new RateLimitFixture(
            static script => script.Quota(0, 7 * Second).Always(200), static _ => { }, chance: Forget);
        await fixture.GetAsync();

        await fixture.GetAsync();

        Assert.Equal(2, drawn);
        Assert.Equal([0, 7_000], fixture.SentAt);

        // The start of a pause is drawn after its authority was looked up.
        double Forget()
        {
            if (drawn++ == 0)
            {
                Assert.True(RateLimiter.GetOrCreate(fixture.Service).Quotas.TryForget("https://payments.internal"));
            }

            return 0;
        }
    }

    private static async Task CancelAtAsync(TimeSpan turn, RateLimitFixture fixture)
    {
        var token = TestContext.Current.CancellationToken;
        using var invoker = new HttpMessageInvoker(fixture.Handler, disposeHandler: false);
        using var caller = new CancellationTokenSource();
        var queued = invoker.SendAsync(new(HttpMethod.Get, "https://payments.internal/"), caller.Token);
        Assert.False(queued.IsCompleted);

        // The callback that was registered last runs first: the turn comes before the cancellation ends the wait.
        await using var comes = caller.Token.Register(() => fixture.Clock.Advance(turn));
        await caller.CancelAsync();

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.WaitAsync(Patience, token));
        Assert.Equal(caller.Token, canceled.CancellationToken);
    }
}
