using Resilience.Http.Fallback;

namespace Resilience.Http.Tests.Fallback;

/// <summary>What tells the callers of stale responses apart.</summary>
public sealed class StaleKeyTests
{
    [Theory]
    [InlineData("Api-Key", "1", "Key", "1")]
    [InlineData("Key", "12", "Token", "12")]
    [InlineData("Api-Key", "1", "API", "1")]
    public void A_header_that_a_handler_adds_counts_even_if_it_is_a_part_of_another(
        string name, string value, string added, string addedValue)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/page");
        request.Headers.Add(name, value);
        var asked = StaleKey.From(request, "X-Deadline-Ms");

        request.Headers.Add(added, addedValue);

        Assert.NotEqual(asked, asked.LeftAs(request, "X-Deadline-Ms"));
    }

    [Fact]
    public void A_header_that_the_key_already_holds_changes_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/page");
        request.Headers.Add("Key", "1");
        var asked = StaleKey.From(request, "X-Deadline-Ms");

        Assert.Equal(asked, asked.LeftAs(request, "X-Deadline-Ms"));
    }
}
