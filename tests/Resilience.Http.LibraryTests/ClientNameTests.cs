using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Refit;
using Resilience.Http.LibraryTests.Libraries;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests;

public sealed class ClientNameTests
{
    [Fact]
    public async Task The_name_that_Refit_makes_up_is_one_warning()
    {
        var warning = Assert.Single(await StartAsync(services => services.AddRefitGeneratedClient<IOrders>().AddResilience()));

        Assert.Contains("Version=", warning, StringComparison.Ordinal);
        Assert.Contains("httpClientName", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_explicit_client_name_causes_no_warning() =>
        Assert.Empty(await StartAsync(services => services.AddRefitGeneratedClient<IOrders>(settings: null, "orders").AddResilience()));

    [Fact]
    public async Task A_client_known_only_from_the_defaults_causes_a_warning_when_it_is_first_used() =>
        Assert.Single(await StartAsync(services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddResilience());
            services.AddRefitGeneratedClient<IOrders>().ConfigureHttpClient(client => client.BaseAddress = new Uri("http://localhost"));
        }));

    private static async Task<IReadOnlyList<string>> StartAsync(Action<IServiceCollection> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        using var log = new AppLog();
        builder.Logging.AddProvider(log);
        register(builder.Services);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        Record.Exception(() => host.Services.GetService<IOrders>());
        await host.StopAsync(TestContext.Current.CancellationToken);
        return log.WithId("RHTTP002");
    }
}
