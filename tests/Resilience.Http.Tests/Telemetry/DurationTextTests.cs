using Resilience.Http.Telemetry;

namespace Resilience.Http.Tests.Telemetry;

/// <summary>Time spans as messages write them.</summary>
public sealed class DurationTextTests
{
    [Theory]
    [InlineData(-1, "off")]
    [InlineData(0.5, "0.5 ms")]
    [InlineData(350, "350 ms")]
    [InlineData(1000, "1 s")]
    [InlineData(1500, "1.5 s")]
    [InlineData(1234.5678, "1.235 s")]
    [InlineData(0.12345, "0.123 ms")]
    [InlineData(120_000, "120 s")]
    public void A_time_below_a_second_is_in_milliseconds(double milliseconds, string text) =>
        Assert.Equal(text, DurationText.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.2, "1 ms")]
    [InlineData(1000, "1 s")]
    [InlineData(1001, "2 s")]
    public void A_wait_is_rounded_up_to_a_whole_unit(double milliseconds, string text) =>
        Assert.Equal(text, DurationText.FormatWait(TimeSpan.FromMilliseconds(milliseconds)));
}
