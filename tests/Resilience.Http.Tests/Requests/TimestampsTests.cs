using Resilience.Http.Requests;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Requests;

/// <summary>Sums on timestamps.</summary>
public sealed class TimestampsTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public void A_time_to_wait_is_never_negative_and_unknown_if_nothing_ends_it()
    {
        Assert.Equal(TimeSpan.FromSeconds(3), _clock.Until(now: 0, end: 3 * _clock.TimestampFrequency));
        Assert.Equal(TimeSpan.Zero, _clock.Until(now: 5, end: 4));
        Assert.Null(_clock.Until(now: 5, Timestamps.Never));
    }

    [Fact]
    public void A_timestamp_sum_that_overflows_is_Never() =>
        Assert.Equal(Timestamps.Never, _clock.After(Timestamps.Never - 1, TimeSpan.FromHours(24)));

    [Theory]
    [InlineData(3, 1)] // A coarse clock: a span between two ticks ends at the later one, since the earlier would be too soon.
    [InlineData(10_000_000, 1_000_000)]
    public void A_sum_is_rounded_up(long frequency, long expected) =>
        Assert.Equal(100 + expected, new Coarse(frequency).After(100, TimeSpan.FromSeconds(0.1)));

    private sealed class Coarse(long frequency) : TimeProvider
    {
        public override long TimestampFrequency => frequency;
    }
}
