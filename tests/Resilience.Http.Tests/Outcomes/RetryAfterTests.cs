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
    public void Seconds_are_read_with_or_without_blanks(string value, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Read(value));

    [Theory]
    [InlineData("Sun, 01 Mar 2026 12:00:30 GMT")]
    [InlineData(" Sun, 01 Mar 2026 12:00:30 GMT ")]
    [InlineData("Sunday, 01-Mar-26 12:00:30 GMT")]
    [InlineData("Sun Mar  1 12:00:30 2026")]
    public void A_date_is_read_in_the_three_forms_of_HTTP(string value) => Assert.Equal(TimeSpan.FromSeconds(30), Read(value));

    [Fact]
    public void A_date_is_exact_to_the_fraction_of_our_clock()
    {
        _clock.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(TimeSpan.FromSeconds(29.75), Read("Sun, 01 Mar 2026 12:00:30 GMT"));
    }

    [Fact]
    public void A_date_in_the_past_is_no_wait() => Assert.Equal(TimeSpan.Zero, Read("Sun, 01 Mar 2026 11:59:59 GMT"));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("soon")]
    [InlineData("12 seconds")]
    [InlineData("٣")]
    public void Nonsense_and_negative_values_are_ignored(string value) => Assert.Null(Read(value));

    [Theory]
    [InlineData("2147483647")]
    [InlineData("2147483648")]
    [InlineData("99999999999999999999999999")]
    public void A_number_too_long_for_an_int_is_a_very_long_wait_and_not_nonsense(string value) =>
        Assert.Equal(TimeSpan.FromSeconds(int.MaxValue), Read(value));

    [Fact]
    public void Of_several_values_the_longest_counts() => Assert.Equal(TimeSpan.FromSeconds(9), Read("3", "soon", "9", "4"));

    [Theory]
    [InlineData(200)]
    [InlineData(301)]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(504)]
    public void Only_429_and_503_ask_for_a_wait(int status)
    {
        using var response = Response(status, "5");

        Assert.Null(RetryAfter.Read(response, _clock));
    }

    [Fact]
    public void Too_many_requests_asks_for_a_wait()
    {
        using var response = Response(429, "5");

        Assert.Equal(TimeSpan.FromSeconds(5), RetryAfter.Read(response, _clock));
    }

    [Fact]
    public void No_response_and_no_header_ask_for_nothing()
    {
        using var response = Response(503);

        Assert.Null(RetryAfter.Read(response, _clock));
        Assert.Null(RetryAfter.Read(null, _clock));
    }

    private TimeSpan? Read(params string[] values)
    {
        using var response = Response(503, values);
        return RetryAfter.Read(response, _clock);
    }

    private static HttpResponseMessage Response(int status, params string[] values)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        response.Headers.TryAddWithoutValidation("Retry-After", values);
        return response;
    }
}
