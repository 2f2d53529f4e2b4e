using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>Times as messages tell them.</summary>
public sealed class DurationTextTests
{
    [Theory]
    [InlineData(0.5, "0.5 ms")]
    [InlineData(350, "350 ms")]
    [InlineData(1000, "1 s")]
    [InlineData(1500, "1.5 s")]
    [InlineData(120_000, "120 s")]
    public void A_time_is_told_in_milliseconds_below_a_second(double milliseconds, string text) =>
        Assert.Equal(text, DurationText.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.2, "1 ms")]
    [InlineData(1000, "1 s")]
    [InlineData(1001, "2 s")]
    public void A_wait_is_told_rounded_up(double milliseconds, string text) =>
        Assert.Equal(text, DurationText.OfWait(TimeSpan.FromMilliseconds(milliseconds)));
}
