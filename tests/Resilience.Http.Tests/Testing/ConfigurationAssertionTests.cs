using Microsoft.Extensions.Configuration;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

public sealed class ConfigurationAssertionTests
{
    [Fact]
    public void Good_settings_are_valid()
    {
        var configuration = Configuration(
            ("ResilientHttpClients:Defaults:TotalTimeout", "20s"),
            ("ResilientHttpClients:Clients:payments:Retry:MaxRetries", "2"));

        configuration.ShouldBeValidForResilientClients();
        configuration.GetSection("ResilientHttpClients:Clients:payments").ShouldBeValidForResilientClient();
    }

    [Fact]
    public void All_mistakes_of_all_clients_are_reported_at_once()
    {
        var configuration = Configuration(
            ("ResilientHttpClients:Default:TotalTimeout", "20s"),
            ("ResilientHttpClients:Clients:payments:TotalTimeout", "10"),
            ("ResilientHttpClients:Clients:stock:Retry:MaxRetrys", "2"));

        var error = Assert.Throws<ResilienceAssertionException>(configuration.ShouldBeValidForResilientClients);

        Assert.StartsWith("The section ResilientHttpClients is not valid:", error.Message, StringComparison.Ordinal);
        Assert.Contains("ResilientHttpClients:Default is not a known key", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "ResilientHttpClients:Clients:payments:TotalTimeout = \"10\" would be 10 days", error.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean MaxRetries?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_custom_section_can_be_validated_on_its_own()
    {
        var section = Configuration(("Partners:Retry:BaseDelay", "5s"), ("Partners:Retry:MaxDelay", "1s")).GetSection("Partners");

        var error = Assert.Throws<ResilienceAssertionException>(section.ShouldBeValidForResilientClient);

        Assert.StartsWith("The section Partners is not valid:", error.Message, StringComparison.Ordinal);
        Assert.Contains("Partners:Retry:BaseDelay", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void If_there_is_nothing_to_check_the_check_fails()
    {
        var empty = Configuration();
        Assert.Contains(
            "no section ResilientHttpClients",
            Assert.Throws<ResilienceAssertionException>(empty.ShouldBeValidForResilientClients).Message,
            StringComparison.Ordinal);
        Assert.Throws<ResilienceAssertionException>(() => empty.GetSection("Partners").ShouldBeValidForResilientClient());
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
}
