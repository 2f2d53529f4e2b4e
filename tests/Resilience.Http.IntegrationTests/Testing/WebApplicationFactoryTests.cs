using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.IntegrationTests.Testing;

public sealed class WebApplicationFactoryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_app_in_a_test_host_talks_to_the_scripted_server_in_virtual_time(bool preserveContext)
    {
        await using var factory = new OrdersApp();

        #region test-host
        var clock = new VirtualTimeProvider();
        ScriptedServer? payments = null;
        await using var app = factory.WithWebHostBuilder(web => web.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            payments = services.UseScriptedServer("payments", s => s.Fail(1, 503).Hang().Slow(TimeSpan.FromSeconds(1)).Always());
        }));
        #endregion

        app.Server.PreserveExecutionContext = preserveContext;
        using var client = app.CreateClient();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("", await clock.RunAsync(() => client.GetStringAsync("/orders")));
        }

        // A failure at once, a wait of 1 s, the attempt that hangs for 2 s, a wait of 2 s, the answer after 1 s.
        payments!.Calls[0].ShouldHaveAttempts(3).ShouldHaveDelays(Second, 2 * Second).ShouldHaveTaken(6 * Second);
        Assert.All(payments.Calls.Skip(1), static call => call.ShouldHaveAttempts(1).ShouldHaveTaken(Second));
        payments.ShouldHaveCircuit(CircuitState.Closed);
    }
}
