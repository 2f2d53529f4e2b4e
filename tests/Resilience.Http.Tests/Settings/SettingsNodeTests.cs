using Microsoft.Extensions.Configuration;
using Resilience.Http.Settings;

namespace Resilience.Http.Tests.Settings;

public sealed class SettingsNodeTests
{
    [Fact]
    public void An_empty_text_beside_keys_is_what_a_hosts_UseSetting_leaves_and_no_text()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Clients", ""), new("Clients:payments", ""), new("Clients:payments:TotalTimeout", "5s")])
            .Build();

        var node = SettingsNode.Read(configuration.GetSection("Clients"));

        Assert.Null(node!.Text);
        Assert.Null(node.Child("payments")!.Text);
        Assert.Equal("5s", node.Child("payments")!.Child("TotalTimeout")!.Text);
    }

    [Fact]
    public void A_text_beside_keys_stays_one()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Retry", "off"), new("Retry:MaxRetries", "1")]).Build();

        Assert.Equal("off", SettingsNode.Read(configuration.GetSection("Retry"))!.Text);
    }
}
