using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http;
using Resilience.Http.Testing;

namespace ResilientApi.Tests;

/// <summary>The whole app with its own settings, a scripted service, and a virtual clock: an outage takes milliseconds.</summary>
public sealed class OutageTests
{
    private const string Tea = """{"id":"tea","name":"Earl Grey"}""";

    [Fact]
    public async Task Callers_do_not_notice_an_outage()
    {
        var clock = new VirtualTimeProvider();
        ScriptedServer service = null!;
        await using var factory = new WebApplicationFactory<Program>();
        await using var app = factory.WithWebHostBuilder(web => web.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            service = services.UseScriptedServer("catalog", script => script.Then(200, Tea).Fail(5, 503).Always(200, Tea));
        }));
        using var caller = app.CreateClient();
        Task<string> GetTeaAsync() => clock.RunAsync(() => caller.GetStringAsync("/items/tea"));

        await GetTeaAsync();

        // The service goes down. The first call is repeated twice. During the second call, the fifth failure opens the circuit.
        for (var call = 0; call < 3; call++)
        {
            Assert.Equal(Tea, await GetTeaAsync());
            service.LastCall.ShouldBeAnsweredByFallback("stale");
        }

        service.ShouldHaveCircuit(CircuitState.Open);

        // The service is back. After RecoveryTimeout, and up to a tenth more, two trials succeed and close the circuit.
        clock.Advance(TimeSpan.FromSeconds(17));
        for (var trial = 0; trial < 2; trial++)
        {
            Assert.Equal(Tea, await GetTeaAsync());
            service.LastCall.ShouldNotBeAnsweredByFallback();
        }

        service.ShouldHaveCircuit(CircuitState.Closed);
    }
}
