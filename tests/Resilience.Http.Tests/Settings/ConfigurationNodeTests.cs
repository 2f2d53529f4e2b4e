using Microsoft.Extensions.Configuration;
using Resilience.Http.Settings;

namespace Resilience.Http.Tests.Settings;

public sealed class ConfigurationNodeTests
{
    [Fact]
    public void An_empty_value_beside_keys_comes_from_UseSetting_and_is_not_a_value()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Clients", ""), new("Clients:payments", ""), new("Clients:payments:TotalTimeout", "5s")])
            .Build();

        var node = ConfigurationNode.Read(configuration.GetSection("Clients"));

        Assert.Null(node!.Text);
        Assert.Null(node.Child("payments")!.Text);
        Assert.Equal("5s", node.Child("payments")!.Child("TotalTimeout")!.Text);
    }

    [Fact]
    public void A_section_value_beside_keys_is_kept()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Retry", "off"), new("Retry:MaxRetries", "1")]).Build();

        Assert.Equal("off", ConfigurationNode.Read(configuration.GetSection("Retry"))!.Text);
    }

    public static TheoryData<string, IConfiguration> Emptied
    {
        get
        {
            // What a JSON file leaves of an empty object: the key, without a value.
            var built = new ConfigurationBuilder().AddInMemoryCollection([new("stock", null)]).Build();
            var managed = new ConfigurationManager();
            managed.AddInMemoryCollection([new("stock", null)]);
            return new() { { "built", built }, { "managed", managed } };
        }
    }

    [Theory]
    [MemberData(nameof(Emptied))]
    public void A_section_that_was_emptied_exists_and_one_that_was_removed_does_not(string kind, IConfiguration configuration)
    {
        _ = kind;

        Assert.Empty(ConfigurationNode.Read(configuration.GetSection("stock"))!.Children);
        Assert.Null(ConfigurationNode.Read(configuration.GetSection("shelf")));
    }
}
