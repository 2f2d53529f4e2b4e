using System.Text;
using Microsoft.Extensions.Configuration;

namespace Resilience.Http.Tests.Chaos.Registration;

/// <summary>
/// Configuration merges lists item by item, so that a later file cannot take an item away. An empty list closes the gate all the same.
/// </summary>
public sealed class AllowedEnvironmentsTests
{
    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    public async Task An_empty_list_in_a_later_file_closes_the_gate(string later)
    {
        using var app = await AppAsync(["""[ "Development", "Staging" ]""", later]);

        Assert.False(await app.IsStruckAsync());
        Assert.Contains(
            "the environment 'Development' is not one of ResilientHttpChaos:AllowedEnvironments",
            Assert.Single(app.Logs.Named("ChaosHeldBack")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task An_empty_list_in_the_only_file_closes_the_gate(string only)
    {
        using var app = await AppAsync([only]);

        Assert.False(await app.IsStruckAsync());
    }

    [Theory]
    [InlineData(true, """[ "Staging" ]""", "[]", """[ "Development" ]""")]
    [InlineData(true, "[]", """[ "Development" ]""")]
    [InlineData(true, "[]", "null", """[ "Staging", "Development" ]""")]
    [InlineData(false, """[ "Staging", "Development" ]""", "[]", """[ "Testing" ]""")]
    [InlineData(false, """[ "Development" ]""", """[ "Staging" ]""", "[]")]
    public async Task What_comes_after_an_empty_list_counts_and_nothing_before_it(bool open, params string[] files)
    {
        using var app = await AppAsync(files);

        Assert.Equal(open, await app.IsStruckAsync());
    }

    [Fact]
    public async Task An_empty_list_in_a_configuration_that_another_includes_closes_the_gate()
    {
        var included = new ConfigurationBuilder();
        Add(included, """[ "Development" ]""");
        Add(included, "[]");

        using var app = await new ChaosFixture(configuration =>
        {
            configuration.AddConfiguration(included.Build());
            configuration.AddJsonStream(Text(ChaosFixture.On()));
        }).StartAsync();

        Assert.False(await app.IsStruckAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_empty_variable_closes_the_gate(string? text)
    {
        using var app = await new ChaosFixture(configuration =>
        {
            configuration.AddJsonStream(Text(ChaosFixture.On()));
            Add(configuration, """[ "Development" ]""");
            configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["RESILIENTHTTPCHAOS:AllowedEnvironments"] = text });
        }).StartAsync();

        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task A_later_list_that_is_shorter_keeps_the_items_that_it_does_not_replace()
    {
        using var app = await AppAsync(["""[ "Staging", "Development" ]""", """[ "Testing" ]"""]);

        Assert.True(await app.IsStruckAsync()); // as configuration merges lists everywhere; docs/chaos.md says so
    }

    [Fact]
    public async Task The_empty_text_that_UseSetting_leaves_above_an_item_closes_nothing()
    {
        using var app = await new ChaosFixture(configuration => configuration
            .AddJsonStream(Text(ChaosFixture.On()))
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ResilientHttpChaos:AllowedEnvironments"] = "",
                ["ResilientHttpChaos:AllowedEnvironments:0"] = "Development",
            })).StartAsync();

        Assert.True(await app.IsStruckAsync());
    }

    private static Task<ChaosFixture> AppAsync(IEnumerable<string> lists) => new ChaosFixture(configuration =>
    {
        configuration.AddJsonStream(Text(ChaosFixture.On()));
        foreach (var list in lists)
        {
            Add(configuration, list);
        }
    }).StartAsync();

    private static void Add(IConfigurationBuilder configuration, string list) =>
        configuration.AddJsonStream(Text($$"""{ "ResilientHttpChaos": { "AllowedEnvironments": {{list}} } }"""));

    private static MemoryStream Text(string json) => new(Encoding.UTF8.GetBytes(json));
}
