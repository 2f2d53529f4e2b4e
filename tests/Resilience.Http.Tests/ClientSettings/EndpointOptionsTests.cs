using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.ClientSettings;

/// <summary>The section <c>Endpoints</c> of a client.</summary>
public sealed class EndpointOptionsTests
{
    [Fact]
    public void An_address_is_a_string_or_an_object()
    {
        var options = Read(
            ("Addresses:0", "https://10.0.0.1:8443/api"),
            ("Addresses:1:Address", "http://b.internal"),
            ("Addresses:1:HostName", "payments.example"),
            ("Addresses:1:Weight", "3"),
            ("Addresses:1:Order", "1"),
            ("Selection", "ordered")).Endpoints;

        Assert.Equal(HttpEndpointSelection.Ordered, options.Selection);
        Assert.Equal(["https://10.0.0.1:8443/api", "http://b.internal/"], options.Addresses.Select(one => one.Address.AbsoluteUri));
        Assert.Equal(
            [(null, 1, 0), ("payments.example", 3, 1)],
            options.Addresses.Select(static one => (one.HostName, one.Weight, one.Order)));
    }

    [Theory]
    [InlineData("Addresses", "http://a", "is a value, but a list is expected")]
    [InlineData("Addresses:0", "a.internal", "is not absolute")]
    [InlineData("Addresses:0", "ftp://a.internal", "is neither http nor https")]
    [InlineData("Addresses:0", "http://a.internal?q=1", "has a query or fragment")]
    [InlineData("Addresses:0", "http://user:secret@a.internal", "has a user name")]
    [InlineData("Addresses:0:Weight", "1", "has no Address")]
    [InlineData("Addresses:1:Weight", "0", "is out of range")]
    [InlineData("Addresses:1:Order", "101", "is out of range")]
    [InlineData("Addresses:1:HostName", "https://a", "is not a host name")]
    [InlineData("Addresses:1:Wieght", "2", "Did you mean Weight?")]
    [InlineData("Addresses:2", "http://b.internal/", "is listed twice")]
    [InlineData("Selection", "Random", "is not one of the allowed values")]
    public void A_mistake_is_reported_with_its_path(string key, string value, string message)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read(("Addresses:1:Address", "http://b.internal"), (key, value)));

        Assert.Contains($"ResilientHttpClients:Clients:payments:Endpoints:{key.Split(":Wei")[0]}", error.Message);
        Assert.Contains(message, error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Fact]
    public void A_mistake_in_code_is_reported_too()
    {
        var options = new ResilientHttpClientOptions();
        options.Endpoints.Addresses.Add(new HttpEndpoint(new Uri("http://a.internal")) { Weight = 0 });

        var error = Assert.Throws<OptionsValidationException>(() => ResilientHttpHandler.Create("payments", options));

        Assert.Contains("payments: Endpoints.Addresses.0.Weight = 0, set in code, is out of range", error.Message);
    }

    [Fact]
    public void The_client_has_the_first_address_as_its_base_address_if_it_has_none()
    {
        using var provider = Provider(static _ => { }, ("Addresses:0", "http://a.internal/api"));

        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        Assert.Equal("http://a.internal/api/", client.BaseAddress!.AbsoluteUri);
    }

    [Fact]
    public void The_base_address_of_the_client_stays()
    {
        using var provider = Provider(
            static services => services.AddHttpClient("payments", static client => client.BaseAddress = new Uri("http://mine/")),
            ("Addresses:0", "http://a.internal/api"));

        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        Assert.Equal("http://mine/", client.BaseAddress!.AbsoluteUri);
    }

    private static ResilientHttpClientOptions Read(params (string Key, string Value)[] settings)
    {
        using var provider = Provider(static _ => { }, settings);
        return provider.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get("payments");
    }

    private static ServiceProvider Provider(Action<IServiceCollection> register, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static one =>
            KeyValuePair.Create($"ResilientHttpClients:Clients:payments:Endpoints:{one.Key}", (string?)one.Value))).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddResilientHttpClient("payments");
        register(services);
        return services.BuildServiceProvider();
    }
}
