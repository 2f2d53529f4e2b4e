using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Requests;

namespace Resilience.Http.Tests.RateLimiting.Pacing;

public sealed class TokenBucketTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void The_bucket_starts_with_the_burst()
    {
        var fixture = new QueueFixture(permits: 10, burst: 25);

        Assert.Equal(25, fixture.TakeAll());
    }

    [Fact]
    public void After_a_pause_exactly_the_burst_is_available()
    {
        var fixture = new QueueFixture(permits: 10, burst: 3);
        fixture.TakeAll();

        fixture.Clock.Advance(TimeSpan.FromHours(5));

        Assert.Equal(3, fixture.TakeAll());
    }

    [Theory]
    [InlineData(3, 1000)]
    [InlineData(7, 1)]
    [InlineData(1, 86_400_000)]
    [InlineData(1_000_000, 86_400_000)]
    public void A_token_comes_exactly_when_it_is_due(int permits, int perMilliseconds)
    {
        var period = perMilliseconds * TimeSpan.TicksPerMillisecond;
        var bucket = new TokenBucket(new(permits, period, Burst: 1), now: 0);
        bucket.Take(0);

        var due = bucket.SlotAt(0, 0);

        Assert.Equal((period + permits - 1) / permits, due);
        Assert.Equal(due, bucket.SlotAt(due - 1, 0));
        Assert.Equal(due, bucket.SlotAt(due, 0));
    }

    [Fact]
    public void Fractions_of_a_token_are_not_lost()
    {
        var bucket = new TokenBucket(new(Permits: 3, Period: 10, Burst: 1_000), now: 0);
        for (var i = 0; i < 1_000; i++)
        {
            bucket.Take(0);
        }

        for (var now = 1; now <= 1_000; now++)
        {
            bucket.SlotAt(now, 0);
        }

        Assert.Equal(1_000, bucket.SlotAt(1_000, 299));
        Assert.True(bucket.SlotAt(1_000, 300) > 1_000);
    }

    [Fact]
    public void An_edit_keeps_the_tokens_that_are_there()
    {
        var fixture = new QueueFixture(permits: 10);
        Enumerable.Range(0, 6).ToList().ForEach(_ => fixture.Queue.TryTake(out var _));

        fixture.Edit(permits: 1, per: TimeSpan.FromMinutes(1), burst: 10);

        Assert.Equal(4, fixture.TakeAll());
    }

    [Fact]
    public void A_smaller_burst_takes_effect_at_once()
    {
        var fixture = new QueueFixture(permits: 10);

        fixture.Edit(permits: 10, burst: 2);

        Assert.Equal(2, fixture.TakeAll());
    }

    [Fact]
    public void A_larger_burst_grants_no_extra_tokens_at_once()
    {
        var fixture = new QueueFixture(permits: 10);
        fixture.TakeAll();

        fixture.Edit(permits: 10, burst: 1_000);

        Assert.Equal(0, fixture.TakeAll());
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, fixture.TakeAll());
    }

    [Fact]
    public void Tokens_from_before_an_edit_accrued_at_the_old_rate()
    {
        var fixture = new QueueFixture(permits: 10, burst: 100);
        fixture.TakeAll();
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        fixture.Edit(permits: 1_000, burst: 100);

        Assert.Equal(10, fixture.TakeAll());
    }

    [Fact]
    public void A_clock_that_jumps_ahead_fills_the_bucket_and_no_more()
    {
        var bucket = new TokenBucket(new(Permits: 1_000_000, Period: 24 * 3600 * 1_000_000_000L, Burst: 1_000_000), now: 0);
        bucket.Take(0);

        Assert.True(bucket.IsFull(long.MaxValue / 2));
        Assert.True(bucket.SlotAt(long.MaxValue / 2, 1_000_000) > long.MaxValue / 2);
    }

    [Fact]
    public void A_clock_that_is_set_back_grants_no_token_and_continues_from_there()
    {
        var bucket = new TokenBucket(new(Permits: 10, Period: Second, Burst: 10), now: 100 * Second);
        for (var i = 0; i < 10; i++)
        {
            bucket.Take(100 * Second);
        }

        Assert.Equal(Second + Second / 10, bucket.SlotAt(Second, 0));
        Assert.Equal(2 * Second, bucket.SlotAt(2 * Second, 9));
    }

    [Fact]
    public void A_token_beyond_the_time_range_never_becomes_available()
    {
        var bucket = new TokenBucket(new(Permits: 1, Period: 24 * 3600 * 1_000_000_000L, Burst: 1), now: 0);

        Assert.Equal(Timestamps.Never, bucket.SlotAt(0, int.MaxValue));
    }

    [Fact]
    public void A_token_that_is_given_back_can_be_taken_again_and_never_overflows()
    {
        var fixture = new QueueFixture(permits: 2);
        fixture.TakeAll();

        fixture.Queue.GiveBack(takenAt: 0);

        Assert.Equal(1, fixture.TakeAll());
        var full = new TokenBucket(new(Permits: 2, Period: Second, Burst: 2), now: 0);
        full.GiveBack(0, takenAt: 0);
        Assert.True(full.SlotAt(0, 2) > 0);
    }
}
