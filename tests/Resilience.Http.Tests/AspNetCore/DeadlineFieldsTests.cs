using Microsoft.AspNetCore.Http;
using Resilience.Http.AspNetCore;

namespace Resilience.Http.Tests.AspNetCore;

/// <summary>What the fields of an incoming request say of its deadline.</summary>
public sealed class DeadlineFieldsTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("1500", 1_500)]
    [InlineData(" 1500 ", 1_500)]
    [InlineData("007", 7)]
    public void The_header_is_read_in_whole_milliseconds(string value, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Read(("X-Deadline-Ms", value)));

    [Theory]
    [InlineData("86400001")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999999")]
    public void A_huge_value_is_limited_to_a_day(string value) => Assert.Equal(Day, Read(("X-Deadline-Ms", value)));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("1500ms")]
    [InlineData("1 500")]
    [InlineData("\u0661")]
    [InlineData("NaN")]
    public void What_is_malformed_or_negative_is_ignored(string value) => Assert.Null(Read(("X-Deadline-Ms", value)));

    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3_000)]
    [InlineData("4m", 4)]
    [InlineData("5000u", 5)]
    [InlineData("6000000n", 6)]
    [InlineData("99999999u", 99_999.999)]
    [InlineData("0S", 0)]
    public void All_units_of_gRPC_are_read(string value, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Read(("grpc-timeout", value)));

    [Theory]
    [InlineData("100000000u")]
    [InlineData("1s")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("1 S")]
    public void What_is_not_a_timeout_of_gRPC_is_ignored(string value) => Assert.Null(Read(("grpc-timeout", value)));

    [Fact]
    public void The_shortest_value_of_a_repeated_field_counts()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(200), Read(("X-Deadline-Ms", "300, 200")));
        Assert.Equal(TimeSpan.FromMilliseconds(200), Read(("X-Deadline-Ms", "200"), ("X-Deadline-Ms", "300")));
        Assert.Equal(TimeSpan.FromMilliseconds(200), Read(("X-Deadline-Ms", "soon"), ("X-Deadline-Ms", "200")));
    }

    [Fact]
    public void The_shorter_of_both_fields_counts()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(200), Read(("X-Deadline-Ms", "300"), ("grpc-timeout", "200m")));
        Assert.Equal(TimeSpan.FromMilliseconds(200), Read(("X-Deadline-Ms", "200"), ("grpc-timeout", "300m")));
    }

    [Theory]
    [InlineData(null, 1_000)]
    [InlineData("500", 500)]
    [InlineData("2000", 1_000)]
    [InlineData("soon", 1_000)]
    public void The_maximum_bounds_a_requested_deadline_and_applies_if_none_is_requested(string? value, int milliseconds)
    {
        var fields = new DeadlineFields("X-Deadline-Ms", TimeSpan.FromSeconds(1), new DeadlineMetrics(null));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), fields.Read(Headers(value is null ? [] : [("X-Deadline-Ms", value)])));
    }

    [Fact]
    public void Without_a_field_nothing_limits_the_request() => Assert.Null(Read());

    private static TimeSpan? Read(params (string Name, string Value)[] fields) =>
        new DeadlineFields("X-Deadline-Ms", Timeout.InfiniteTimeSpan, new DeadlineMetrics(null)).Read(Headers(fields));

    private static HeaderDictionary Headers((string Name, string Value)[] fields)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in fields)
        {
            headers.Append(name, value);
        }

        return headers;
    }
}
