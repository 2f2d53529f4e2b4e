namespace Resilience.Http.Tests.RateLimiting;

/// <summary>Calls after the app was disposed: nothing would ever end their wait.</summary>
public sealed class RateLimitDisposalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task A_call_after_the_app_is_disposed_does_not_wait(bool queueExists, bool synchronous)
    {
        using var fixture = new RateLimitFixture(
            static script => script.Always(200), static limit => (limit.Permits, limit.Burst, limit.QueueLimit) = (10, 1, 10));
        if (queueExists)
        {
            await fixture.GetAsync();
            fixture.Service.Host.End();
        }
        else
        {
            fixture.Service.Host.End();
            await fixture.GetAsync();
        }

        var ended = await Assert.ThrowsAsync<LimitExceededException>(() => SendAsync(fixture, synchronous));

        Assert.Contains("and the app was disposed before it was the turn of this request", ended.Message, StringComparison.Ordinal);
        Assert.Equal([0], fixture.SentAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pause_that_is_asked_for_after_the_app_is_disposed_lets_no_call_wait(bool synchronous)
    {
        using var fixture = new RateLimitFixture(
            static script => script.Quota(0, TimeSpan.FromSeconds(7)).Always(200), static _ => { });
        fixture.Service.Host.End();
        await fixture.GetAsync();

        var ended = await Assert.ThrowsAsync<LimitExceededException>(() => SendAsync(fixture, synchronous));

        Assert.Contains("and the app was disposed meanwhile", ended.Message, StringComparison.Ordinal);
        Assert.Equal([0], fixture.SentAt);
    }

    private static Task<HttpResponseMessage> SendAsync(RateLimitFixture fixture, bool synchronous)
    {
        var token = TestContext.Current.CancellationToken;
        var sent = synchronous
            ? Task.Run(() => fixture.Http.Send(RateLimitFixture.Get(), token))
            : fixture.Http.SendAsync(RateLimitFixture.Get(), token);
        return sent.WaitAsync(Patience, token);
    }
}
