using Resilience.Http.IntegrationTests.Retry;

namespace Resilience.Http.IntegrationTests.Endpoints;

/// <summary>The host that a server sees, and the name that its certificate is checked for, if endpoints are IP addresses.</summary>
public sealed class HostNameTests
{
    [Fact]
    public async Task The_certificate_is_checked_for_the_host_of_the_base_address()
    {
        await using var server = await HttpsServer.StartAsync("orders.example");

        await GetAsync(server, "https://orders.example/", hostName: null);

        Assert.Equal("orders.example", Assert.Single(server.Names));
        Assert.Equal("orders.example", Assert.Single(server.Hosts));
    }

    [Fact]
    public async Task The_certificate_is_checked_for_the_HostName_of_the_endpoint()
    {
        await using var server = await HttpsServer.StartAsync("eu.orders.example");

        await GetAsync(server, "https://orders.example/", "eu.orders.example");

        Assert.Equal("eu.orders.example", Assert.Single(server.Names));
        Assert.Equal("eu.orders.example", Assert.Single(server.Hosts));
    }

    [Fact]
    public async Task A_port_in_the_HostName_is_not_a_part_of_the_name_in_the_certificate()
    {
        await using var server = await HttpsServer.StartAsync("orders.example");

        await GetAsync(server, "https://orders.example/", "orders.example:8443");

        Assert.Equal("orders.example", Assert.Single(server.Names));
        Assert.Equal("orders.example:8443", Assert.Single(server.Hosts));
    }

    [Theory]
    [InlineData("https://orders.example/", "other.example")]
    [InlineData("https://other.example/", null)]
    [InlineData("https://127.0.0.1/", null)]
    public async Task A_certificate_for_another_name_is_refused(string baseAddress, string? hostName)
    {
        await using var server = await HttpsServer.StartAsync("orders.example");

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(server, baseAddress, hostName));

        Assert.Equal(HttpRequestError.SecureConnectionError, thrown.HttpRequestError);
        Assert.Empty(server.Hosts);
    }

    private static async Task GetAsync(HttpsServer server, string baseAddress, string? hostName)
    {
        using var client = RealClient.Over(server.CreateHandler(), configure: options =>
        {
            options.BaseAddress = new Uri(baseAddress);
            options.Endpoints.Addresses = [new HttpEndpoint(server.Address) { HostName = hostName }];
            options.Retry.Enabled = false;
        });
        using var response = await client.GetAsync(new Uri(new Uri(baseAddress), "1"), TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
