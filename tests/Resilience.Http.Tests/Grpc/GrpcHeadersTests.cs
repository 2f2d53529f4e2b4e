using Resilience.Http.Grpc;

namespace Resilience.Http.Tests.Grpc;

public sealed class GrpcHeadersTests
{
    [Theory]
    [InlineData("2H", 7_200_000)]
    [InlineData("3M", 180_000)]
    [InlineData("4S", 4_000)]
    [InlineData("99999999m", 99_999_999)]
    [InlineData("100m", 100)]
    [InlineData("5000u", 5)]
    [InlineData("6000000n", 6)]
    [InlineData("0m", 0)]
    public void A_timeout_is_a_number_with_a_unit(string text, int milliseconds)
    {
        using var request = GrpcWorld.Call(timeout: text);

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), GrpcHeaders.TimeoutOf(request));
    }

    [Theory]
    [InlineData("100")]
    [InlineData("m")]
    [InlineData("-1m")]
    [InlineData("1.5S")]
    [InlineData("123456789m")]
    [InlineData("1x")]
    public void A_value_that_is_not_a_timeout_is_ignored(string text)
    {
        using var request = GrpcWorld.Call(timeout: text);

        Assert.Null(GrpcHeaders.TimeoutOf(request));
    }

    [Theory]
    [InlineData("0", "Ok")]
    [InlineData("14", "Unavailable")]
    [InlineData("16", "Unauthenticated")]
    [InlineData("17", "Unknown")]
    [InlineData("-1", "Unknown")]
    [InlineData("broken", "Unknown")]
    public void A_status_that_is_not_defined_is_unknown(string text, string status)
    {
        using var response = GrpcWorld.TrailersOnly(text);

        Assert.Equal(status, $"{GrpcHeaders.StatusOf(response)}");
    }

    [Theory]
    [InlineData("1500", 1500)]
    [InlineData("0", 0)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    public void A_server_may_ask_for_a_wait_or_for_no_retry_at_all(string text, int? milliseconds)
    {
        using var response = GrpcWorld.TrailersOnly("14", text);

        Assert.Equal(milliseconds is null, GrpcHeaders.PushbackOf(response) < TimeSpan.Zero);
        Assert.Equal(milliseconds, (int?)GrpcHeaders.WaitAskedBy(response)?.TotalMilliseconds);
    }

    [Fact]
    public void Every_status_has_the_name_of_the_specification() =>
        Assert.All(
            Enum.GetValues<GrpcStatus>(),
            status => Assert.Equal($"{status}", status.Name().Replace("_", "", StringComparison.Ordinal), ignoreCase: true));
}
