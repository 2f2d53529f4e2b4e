using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Registration;

/// <summary>A test may read what a client did after it has disposed its container.</summary>
public sealed class DisposedInspectionTests
{
    [Fact]
    public async Task Circuits_and_services_can_be_read_after_their_container_was_disposed()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments");
        services.UseScriptedServer("payments", static script => script.Always(200));
        var provider = services.BuildServiceProvider();
        var circuits = provider.GetRequiredService<ICircuitRegistry>();
        var monitor = provider.GetRequiredService<IServiceMonitor>();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        using var response = await client.GetAsync("https://payments.internal/", TestContext.Current.CancellationToken);

        await provider.DisposeAsync();

        var circuit = Assert.Single(circuits.GetAll());
        Assert.Equal(circuit, circuits.Find("payments", "https://payments.internal"));
        Assert.Equal("payments", Assert.Single(monitor.GetAll()).ServiceName);
        Assert.NotNull(monitor.Find("payments"));
        Assert.NotEmpty(monitor.GetSettings("payments"));
        circuits.Isolate("payments", "maintenance");
        circuits.Reset("payments");
        Assert.Equal(CircuitState.Closed, circuits.Find("payments")!.State);
    }
}
