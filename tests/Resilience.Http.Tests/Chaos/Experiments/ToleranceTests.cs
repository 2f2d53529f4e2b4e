using System.Text.Json.Nodes;

namespace Resilience.Http.Tests.Chaos.Experiments;

public sealed class ToleranceTests
{
    private static readonly JsonNode Answer = JsonNode.Parse("""
        { "status": 200, "headers": { "Content-Type": "text/plain" }, "body": "{\"open\": 0, \"names\": [\"a\", \"b\"]}" }
        """)!;

    [Fact]
    public void A_plain_tolerance_tests_the_status_of_an_http_answer()
    {
        Assert.True(ChaosTolerance.Equal(200).Accepts(Answer));
        Assert.False(ChaosTolerance.Equal(503).Accepts(Answer));
        Assert.True(ChaosTolerance.OneOf(200, 204).Accepts(Answer));
        Assert.True(ChaosTolerance.Between(200, 299).Accepts(Answer));
    }

    [Theory]
    [InlineData("1", "1", true)]
    [InlineData("1.0", "1", true)]
    [InlineData("\"1\"", "1", false)]
    [InlineData("\"closed\"", "\"closed\"", true)]
    [InlineData("true", "true", true)]
    [InlineData("null", "true", false)]
    public void Equal_compares_values_of_the_same_kind(string value, string expected, bool accepted) =>
        Assert.Equal(accepted, ChaosTolerance.Equal(JsonNode.Parse(expected)!).Accepts(JsonNode.Parse(value)));

    [Theory]
    [InlineData("0.99", true)]
    [InlineData("1", true)]
    [InlineData("0.989", false)]
    [InlineData("1.001", false)]
    [InlineData("\"0.995\"", true)]
    [InlineData("\"NaN\"", false)]
    [InlineData("\"many\"", false)]
    [InlineData("null", false)]
    [InlineData("[0.995]", false)]
    public void Bounds_are_included_and_a_value_that_is_not_a_number_is_outside(string value, bool accepted) =>
        Assert.Equal(accepted, ChaosTolerance.Between(0.99, 1).Accepts(JsonNode.Parse(value)));

    [Fact]
    public void A_pattern_is_looked_for_in_the_body()
    {
        Assert.True(ChaosTolerance.Matches("\"open\": 0").Accepts(Answer));
        Assert.False(ChaosTolerance.Matches("\"open\": 1").Accepts(Answer));
        Assert.True(ChaosTolerance.Matches("text/plain", "headers").Accepts(Answer));
        Assert.True(ChaosTolerance.Matches("^2..$", "status").Accepts(Answer));
    }

    [Fact]
    public void A_pattern_is_looked_for_in_a_body_of_json_as_people_write_it()
    {
        var answer = JsonNode.Parse("""{ "status": 200, "body": { "name": "M\u00fcller & S\u00f6hne's \u003cb\u003e+1" } }""");

        Assert.True(ChaosTolerance.Matches("""^\{"name":"M\u00fcller & S\u00f6hne's <b>\+1"\}$""").Accepts(answer));
    }

    [Fact]
    public void A_path_is_found_in_a_body_that_is_not_declared_as_json()
    {
        Assert.True(ChaosTolerance.AtPath("$.open", 0).Accepts(Answer));
        Assert.True(ChaosTolerance.AtPath("$.names[*]", "a", "b").Accepts(Answer));
        Assert.False(ChaosTolerance.AtPath("$.names[*]", "a").Accepts(Answer));
        Assert.True(ChaosTolerance.AtPath("$.names").Accepts(Answer));
        Assert.False(ChaosTolerance.AtPath("$.closed").Accepts(Answer));
    }

    [Fact]
    public void A_value_that_cannot_be_written_cannot_be_expected_either()
    {
        Assert.Throws<ArgumentException>(() => ChaosTolerance.Equal(double.NaN));
        Assert.Throws<ArgumentException>(() => ChaosTolerance.OneOf(1, double.NaN));
        Assert.Throws<ArgumentException>(() => ChaosTolerance.AtPath("$.a", double.PositiveInfinity));
    }

    [Fact]
    public void A_tolerance_says_what_it_expects()
    {
        Assert.Equal("200", ChaosTolerance.Equal(200).ToString());
        Assert.Equal("at least 0.99", ChaosTolerance.AtLeast(0.99).ToString());
        Assert.Equal("at most 0.5", ChaosTolerance.AtMost(0.5).ToString());
        Assert.Equal("between 0 and 1", ChaosTolerance.Between(0, 1).ToString());
        Assert.Equal("one of 200, \"x\"", ChaosTolerance.OneOf(200, "x").ToString());
        Assert.Equal("a match of /a+/", ChaosTolerance.Matches("a+").ToString());
        Assert.Equal("$.a to give 1, 2", ChaosTolerance.AtPath("$.a", 1, 2).ToString());
        Assert.Equal("an even number", ChaosTolerance.That(_ => true, "an even number").ToString());
    }
}
