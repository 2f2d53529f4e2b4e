using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.House;

/// <summary>The settings of README.md are valid. Its C# is <c>samples/Quickstart</c>, which CI also builds from the packages.</summary>
public sealed class ReadmeDocs
{
    [Fact]
    public async Task The_settings_of_the_readme_are_valid_and_reach_the_client()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddJsonFile(Checkout.PathOf("samples/Quickstart/appsettings.json"));
        builder.Services.AddResilientHttpClient("payments");
        using var host = builder.Build();

        await host.StartAsync(CancellationToken.None);

        var options = host.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get("payments");
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15)), (options.TotalTimeout, options.CircuitBreaker.RecoveryTimeout));
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        Assert.Equal(new Uri("https://payments.internal/"), client.BaseAddress);
        await host.StopAsync(CancellationToken.None);
    }
}
