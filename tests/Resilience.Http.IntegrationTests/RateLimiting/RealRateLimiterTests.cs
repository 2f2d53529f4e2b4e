using System.Diagnostics;
using System.Net;
using System.Threading.RateLimiting;
using Resilience.Http.IntegrationTests.Retry;

namespace Resilience.Http.IntegrationTests.RateLimiting;

/// <summary>A client that follows ASP.NET Core's own rate limiter, over real sockets.</summary>
public sealed class RealRateLimiterTests
{
    [Fact]
    public async Task Fifty_callers_wait_as_asked_and_do_not_come_back_all_at_once()
    {
        const int quota = 60;
        await using var server = await LimitedServer.StartAsync(static _ => Quota(quota, TimeSpan.FromSeconds(3)));
        using var rejection = new RejectionSignal();
        using var client = Following(inside: rejection);
        await Task.WhenAll(Enumerable.Range(0, quota).Select(_ => client.GetAsync(server.Address)));
        await Task.Delay(TimeSpan.FromSeconds(1)); // The limiter renews its quota late, and must not be asked again just before it does.
        var asks = client.GetAsync(server.Address);
        while (await Task.WhenAny(rejection.Received, asks) == asks) // On a busy machine, the quota began anew during the calls.
        {
            asks = client.GetAsync(server.Address);
        }

        await Task.Delay(TimeSpan.FromSeconds(1)); // until the chain has it too, on a busy machine
        var responses = await Task.WhenAll(Enumerable.Range(0, 49).Select(_ => client.GetAsync(server.Address)).Append(asks));

        Assert.All(responses, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        var (rejectedAt, _) = server.Arrivals.Single(static each => each.Status == 429);
        long[] later = [.. server.Arrivals.Select(static each => each.At).Where(at => at > rejectedAt).Order()];
        Assert.Equal(50, later.Length);
        var first = Stopwatch.GetElapsedTime(rejectedAt, later[0]);
        Assert.True(first >= TimeSpan.FromSeconds(Math.Ceiling(server.Asked.TotalSeconds)), $"{first} after a wait of {server.Asked}");
        Assert.True(Stopwatch.GetElapsedTime(later[0], later[^1]) > TimeSpan.FromSeconds(1), "all at once");
        Assert.InRange(later.Count(at => Stopwatch.GetElapsedTime(later[0], at) < TimeSpan.FromMilliseconds(200)), 1, 10);
    }

    [Fact]
    public async Task With_a_quota_key_the_other_tenants_are_not_affected()
    {
        await using var server = await LimitedServer.StartAsync(OneTenantIsPoor);
        using var client = Following(static limit =>
            limit.QuotaKey = static request => request.Headers.GetValues(LimitedServer.TenantHeader).Single());
        using var first = await client.SendAsync(ForTenant(3, server));

        using var second = await client.SendAsync(ForTenant(3, server));
        var began = Stopwatch.GetTimestamp();
        var others = await Task.WhenAll(
            Enumerable.Range(0, 90).Select(static number => number % 10)
                .Where(static tenant => tenant != 3)
                .Select(tenant => client.SendAsync(ForTenant(tenant, server))));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode));
        Assert.True(second.Headers.RetryAfter!.Delta > TimeSpan.FromMinutes(59));
        Assert.All(others, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
        var rejected = await Assert.ThrowsAsync<LimitExceededException>(() => client.SendAsync(ForTenant(3, server)));
        Assert.Equal(HttpLimit.ServerQuota, rejected.Limit);
    }

    [Fact]
    public async Task Without_a_quota_key_the_other_tenants_wait_no_longer_than_MaxServerWait()
    {
        await using var server = await LimitedServer.StartAsync(OneTenantIsPoor);
        using var client = Following(static limit => limit.MaxServerWait = TimeSpan.FromSeconds(2));
        using var first = await client.SendAsync(ForTenant(3, server));
        using var second = await client.SendAsync(ForTenant(3, server));
        var began = Stopwatch.GetTimestamp();

        var others = await Task.WhenAll(
            Enumerable.Range(0, 10).Where(static tenant => tenant != 3).Select(tenant => client.SendAsync(ForTenant(tenant, server))));

        var waited = Stopwatch.GetElapsedTime(began);
        Assert.All(others, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.True(waited > TimeSpan.FromSeconds(1.5), $"{waited}");
        Assert.Single(server.Arrivals, static each => each.Status == 429);
    }

    [Fact]
    public async Task A_client_at_the_rate_of_the_server_is_never_rejected()
    {
        await using var server = await LimitedServer.StartAsync(static _ => Quota(20, TimeSpan.FromSeconds(1)));
        using var client = Following(static limit => (limit.Permits, limit.Burst, limit.QueueLimit) = (15, 1, 100));

        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetAsync(server.Address)));

        Assert.All(responses, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.All(server.Arrivals, static each => Assert.Equal(200, each.Status));
    }

    private static HttpClient Following(Action<HttpRateLimitOptions>? configure = null, DelegatingHandler? inside = null) =>
        RealClient.Over(inside: inside, configure: options =>
        {
            options.RateLimit.Enabled = true;
            configure?.Invoke(options.RateLimit);
        });

    private static FixedWindowRateLimiterOptions OneTenantIsPoor(string tenant) =>
        tenant == "3" ? Quota(1, TimeSpan.FromHours(1)) : Quota(1_000, TimeSpan.FromHours(1));

    private static FixedWindowRateLimiterOptions Quota(int permits, TimeSpan window) =>
        new() { PermitLimit = permits, Window = window, QueueLimit = 0 };

    private static HttpRequestMessage ForTenant(int tenant, LimitedServer server) =>
        new(HttpMethod.Get, server.Address) { Headers = { { LimitedServer.TenantHeader, $"{tenant}" } } };

    /// <summary>Completes when the client has received a 429.</summary>
    private sealed class RejectionSignal : DelegatingHandler
    {
        private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Received => _received.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                _received.TrySetResult();
            }

            return response;
        }
    }
}
