using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Outcomes;

public sealed class RetryAfterTests
{
    private readonly VirtualTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData(" 7 ", 7)]
    [InlineData("\t120", 120)]
    [InlineData("007", 7)]
    public void Seconds_are_read_with_or_without_blanks(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(value));

    [Theory]
    [InlineData("Sun, 01 Mar 2026 12:00:30 GMT")]
    [InlineData(" Sun, 01 Mar 2026 12:00:30 GMT ")]
    [InlineData("Sunday, 01-Mar-26 12:00:30 GMT")]
    [InlineData("Sun Mar  1 12:00:30 2026")]
    public void A_date_is_read_in_the_three_forms_of_HTTP(string value) => Assert.Equal(TimeSpan.FromSeconds(30), Read(value));

    [Fact]
    public void Without_a_Date_a_date_is_measured_against_the_local_clock()
    {
        _clock.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(TimeSpan.FromSeconds(29.75), Read("Sun, 01 Mar 2026 12:00:30 GMT"));
    }

    [Theory]
    [InlineData("Sun, 01 Mar 2026 11:50:00 GMT", "Sun, 01 Mar 2026 11:50:30 GMT")]
    [InlineData("Sun, 01 Mar 2026 12:10:00 GMT", "Sun, 01 Mar 2026 12:10:30 GMT")]
    [InlineData("Sun Mar  1 23:59:50 2026", "Mon, 02 Mar 2026 00:00:20 GMT")]
    [InlineData("Sun, 01 Mar 2026 11:50:00 GMT, Sun, 01 Mar 2026 11:50:00 GMT", "Sun, 01 Mar 2026 11:50:30 GMT")]
    [InlineData("\"Sun, 01 Mar 2026 11:50:00 GMT\"", "Sun, 01 Mar 2026 11:50:30 GMT")]
    [InlineData("Sun, 01 Mar 2026 11:50:00 GMT", "Sunday, 01-Mar-26 11:50:10 GMT, 30")]
    [InlineData("yesterday", "Sun, 01 Mar 2026 12:00:30 GMT")]
    public void A_date_is_measured_against_the_Date_of_its_own_answer(string sent, string retryAfter)
    {
        using var response = Response(503, retryAfter);
        response.Headers.TryAddWithoutValidation("Date", sent);

        Assert.Equal(new RetryAfter(TimeSpan.FromSeconds(30)), RetryAfter.Read(response, _clock));
    }

    [Theory]
    [InlineData("Sun, 01 Mar 2026 11:59:59 GMT")]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT")]
    public void A_date_in_the_past_means_no_wait(string value) => Assert.Equal(TimeSpan.Zero, Read(value));

    [Theory]
    [InlineData("2.5", 3)]
    [InlineData("0.2", 1)]
    [InlineData("60.0", 60)]
    [InlineData(".5", 1)]
    [InlineData("2.000001", 3)]
    public void Decimals_are_rounded_up(string value, int seconds) =>
        Assert.Equal(new RetryAfter(TimeSpan.FromSeconds(seconds)), ReadAll(value));

    [Theory]
    [InlineData("\"60\"", 60)]
    [InlineData("\" 60 \"", 60)]
    [InlineData("\"60\", \"90\"", 90)]
    [InlineData("\"Sun, 01 Mar 2026 12:00:30 GMT\"", 30)]
    public void Quotes_around_a_value_are_ignored(string value, int seconds) =>
        Assert.Equal(new RetryAfter(TimeSpan.FromSeconds(seconds)), ReadAll(value));

    [Theory]
    [InlineData("120, 120", 120)]
    [InlineData("5,120", 120)]
    [InlineData("120, ,5,", 120)]
    [InlineData("5, Sun, 01 Mar 2026 12:00:30 GMT", 30)]
    [InlineData("Sun, 01 Mar 2026 12:00:30 GMT, 45", 45)]
    [InlineData("Sun, 01 Mar 2026 12:00:30 GMT, Sun, 01 Mar 2026 12:01:30 GMT", 90)]
    [InlineData("Sunday, 01-Mar-26 12:00:30 GMT, 2.5", 30)]
    public void The_longest_of_a_list_counts(string value, int seconds) =>
        Assert.Equal(new RetryAfter(TimeSpan.FromSeconds(seconds)), ReadAll(value));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(",")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1e3")]
    [InlineData("soon")]
    [InlineData("12 seconds")]
    [InlineData("NaN")]
    [InlineData("-NaN")]
    [InlineData("Infinity")]
    [InlineData("-infinity")]
    [InlineData("0x10")]
    [InlineData("1.2.3")]
    [InlineData(".")]
    [InlineData("60; jitter=5")]
    [InlineData("PT30S")]
    [InlineData("120s")]
    [InlineData("٣")]
    [InlineData("Sun")]
    [InlineData("2026-03-01T12:00:30Z")]
    public void A_Retry_After_that_cannot_be_read_is_marked_as_unreadable(string value) =>
        Assert.Equal(new RetryAfter(null, IsUnreadable: true), ReadAll(value));

    [Fact]
    public void The_readable_part_of_a_partly_unreadable_list_counts() =>
        Assert.Equal(new RetryAfter(TimeSpan.FromSeconds(9), IsUnreadable: true), ReadAll("3, soon", "9"));

    [Theory]
    [InlineData("2147483647")]
    [InlineData("2147483648")]
    [InlineData("99999999999999999999999999")]
    public void A_number_too_long_for_an_int_is_a_very_long_wait_and_not_nonsense(string value) =>
        Assert.Equal(TimeSpan.FromSeconds(int.MaxValue), Read(value));

    [Fact]
    public void The_longest_of_several_values_counts() => Assert.Equal(TimeSpan.FromSeconds(9), Read("3", "soon", "9", "4"));

    [Theory]
    [InlineData(200)]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(529)]
    public void Every_answer_may_ask_for_a_wait(int status)
    {
        using var response = Response(status, "5");

        Assert.Equal(TimeSpan.FromSeconds(5), RetryAfter.Read(response, _clock).Wait);
    }

    [Fact]
    public void No_response_and_no_header_ask_for_nothing()
    {
        using var response = Response(503);

        Assert.Null(RetryAfter.Read(response, _clock).Wait);
        Assert.Null(RetryAfter.Read(null, _clock).Wait);
    }

    private RetryAfter ReadAll(params string[] values)
    {
        using var response = Response(503, values);
        return RetryAfter.Read(response, _clock);
    }

    private TimeSpan? Read(params string[] values)
    {
        using var response = Response(503, values);
        return RetryAfter.Read(response, _clock).Wait;
    }

    private static HttpResponseMessage Response(int status, params string[] values)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        response.Headers.TryAddWithoutValidation("Retry-After", values);
        return response;
    }
}
