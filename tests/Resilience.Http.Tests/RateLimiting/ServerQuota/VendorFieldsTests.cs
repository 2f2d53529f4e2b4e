using Resilience.Http.RateLimiting.ServerQuota;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.RateLimiting.ServerQuota;

public sealed class VendorFieldsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData("0", "30", 30)]
    [InlineData("0", "1800000030", 30)]
    [InlineData("0", "1800000030500", 31)]
    [InlineData("0.0", "29.2", 30)]
    [InlineData(" 0 ", " 30 ", 30)]
    [InlineData("5, 0", "10, 30", 30)]
    [InlineData("0", "999999999", 999_999_999)]
    public void Vendor_fields_define_how_long_to_wait(string remaining, string reset, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(remaining, reset));

    [Theory]
    [InlineData("1", "30")]
    [InlineData("-1", "30")]
    [InlineData("0", "0")]
    [InlineData("0", "-5")]
    [InlineData("0", "1799999999")]
    [InlineData("0", "soon")]
    [InlineData("none", "30")]
    [InlineData("0", "NaN")]
    [InlineData("0", "1e400")]
    [InlineData("0", "")]
    [InlineData("", "30")]
    [InlineData("0, x", "30")]
    public void Vendor_fields_request_no_pause_if_quota_is_left_or_they_are_unreadable(string remaining, string reset) =>
        Assert.Null(Read(remaining, reset));

    [Fact]
    public void A_time_of_the_epoch_is_measured_against_the_date_of_the_response() =>
        Assert.Equal(TimeSpan.FromSeconds(30), Read("0", "1700000030", date: DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)));

    [Fact]
    public void Vendor_fields_are_not_read_unless_configuration_names_them()
    {
        using var response = Response("0", "30");

        Assert.Null(VendorFields.Read(response, new HttpRateLimitOptions(), new VirtualTimeProvider(Now)));
    }

    private static TimeSpan? Read(string remaining, string reset, DateTimeOffset? date = null)
    {
        var options = new HttpRateLimitOptions { RemainingHeader = "X-RateLimit-Remaining", ResetHeader = "X-RateLimit-Reset" };
        using var response = Response(remaining, reset);
        response.Headers.Date = date;
        return VendorFields.Read(response, options, new VirtualTimeProvider(Now));
    }

    private static HttpResponseMessage Response(string remaining, string reset)
    {
        var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("x-ratelimit-remaining", remaining);
        response.Headers.TryAddWithoutValidation("x-ratelimit-reset", reset);
        return response;
    }
}
