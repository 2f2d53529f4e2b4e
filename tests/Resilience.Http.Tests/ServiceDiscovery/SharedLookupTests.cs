using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;
using Resilience.Http.Testing;
using static Resilience.Http.Tests.ServiceDiscovery.DiscoveryFixture;

namespace Resilience.Http.Tests.ServiceDiscovery;

/// <summary>One lookup answers all calls that wait for it.</summary>
public sealed class SharedLookupTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_of_the_call_that_began_a_lookup_does_not_end_it_for_others(bool isCanceled)
    {
        using var caller = new CancellationTokenSource();
        var (clock, gate) = (new VirtualTimeProvider(), new TaskCompletionSource());
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            Register(services, static o => o.Retry.Enabled = false);
            services.AddResilientHttpClient("registry");
            services.UseScriptedServer("registry", static script => script.Always(200));
            services.AddSingleton<IServiceEndpointProviderFactory>(root => new Pods { Answer = gate.Task, Ask = () => AskAsync(root) });
        });
        Task<HttpResponseMessage> first, second;
        using (ResilienceDeadline.Begin(TimeSpan.FromSeconds(1), clock))
        {
            first = app.Http.GetAsync("http://basket/items", caller.Token);
            using (ResilienceDeadline.Suppress())
            {
                second = app.Http.GetAsync("http://basket/items", TestContext.Current.CancellationToken);
            }

            if (isCanceled)
            {
                await caller.CancelAsync();
            }

            clock.Advance(TimeSpan.FromSeconds(2));
            Assert.NotNull(await Record.ExceptionAsync(() => first));
            gate.SetResult();

            using var response = await second.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private static async Task AskAsync(IServiceProvider root)
    {
        var client = root.GetRequiredService<IHttpClientFactory>().CreateClient("registry");
        using var response = await client.GetAsync("http://registry.internal/basket");
        response.EnsureSuccessStatusCode();
    }
}
