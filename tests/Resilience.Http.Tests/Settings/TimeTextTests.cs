using FsCheck;
using FsCheck.Fluent;
using Resilience.Http.Settings;

namespace Resilience.Http.Tests.Settings;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("00:00:10", 10_000)]
    [InlineData("200ms", 200)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("0s", 0)]
    [InlineData(" 10 S ", 10_000)]
    [InlineData("10MS", 10)]
    [InlineData("00:01:30.5", 90_500)]
    [InlineData("1.00:00:00", 86_400_000)]
    [InlineData("-5s", -5_000)]
    public void A_time_is_read(string text, double milliseconds)
    {
        Assert.Null(TimeText.Parse(text, out var time));
        Assert.Equal(milliseconds, time.TotalMilliseconds);
    }

    [Theory]
    [InlineData("10", "would be 10 days")]
    [InlineData("0", "would be 0 days")]
    [InlineData("1.5", "would be 1.5 days")]
    [InlineData("10:30", "is not a time")]
    [InlineData("10,5s", "is not a time")]
    [InlineData("1d", "is not a time")]
    [InlineData("10 seconds", "is not a time")]
    [InlineData("s", "is not a time")]
    [InlineData("", "is not a time")]
    [InlineData("1e3s", "is not a time")]
    [InlineData("NaNs", "is not a time")]
    [InlineData("24:00:00", "is not a time")]
    [InlineData("00:60:00", "is not a time")]
    [InlineData("99999999999999999999999999999999h", "is not a time")]
    public void A_text_that_is_not_a_time_is_reported_with_the_way_to_write_one(string text, string wrong) =>
        Assert.Equal($"{wrong}, write it as 10s (ms, s, m, h) or 00:00:10", TimeText.Parse(text, out _));

    [Theory]
    [InlineData("999999999999h")]
    [InlineData("9223372036854775807ms")]
    public void A_number_beyond_the_range_is_read_as_the_longest_time(string text)
    {
        Assert.Null(TimeText.Parse(text, out var time));
        Assert.Equal(TimeSpan.MaxValue, time);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(200, "200ms")]
    [InlineData(1_000, "1s")]
    [InlineData(90_000, "90s")]
    [InlineData(120_000, "2m")]
    [InlineData(86_400_000, "24h")]
    public void A_time_is_written_as_short_as_it_can_be(int milliseconds, string text) =>
        Assert.Equal(text, TimeText.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void What_was_written_is_read_back() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<long>(),
            ticks => TimeText.Parse(TimeText.Format(TimeSpan.FromTicks(ticks)), out var time) is null && time.Ticks == ticks)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
}
