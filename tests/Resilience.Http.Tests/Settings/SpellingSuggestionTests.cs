using Resilience.Http.Settings;

namespace Resilience.Http.Tests.Settings;

public sealed class SpellingSuggestionTests
{
    [Theory]
    [InlineData("MaxRetry", "MaxRetries")]
    [InlineData("MaxRetires", "MaxRetries")] // two letters swapped
    [InlineData("maxretries", "MaxRetries")] // case counts for nothing
    [InlineData("MaxRetrys", "MaxRetries")]
    [InlineData("BaseDelays", "BaseDelay")]
    [InlineData("Budge", "Budget")]
    [InlineData("Weather", null)]
    [InlineData("", null)]
    public void A_known_word_is_suggested_if_one_is_close(string written, string? meant) =>
        Assert.Equal(meant, SpellingSuggestion.To(written, ["MaxRetries", "BaseDelay", "MaxDelay", "Budget"]));

    [Fact]
    public void The_closer_of_two_names_is_suggested() =>
        Assert.Equal("MaxDelay", SpellingSuggestion.To("MaxDelai", ["BaseDelay", "MaxDelay"]));
}
