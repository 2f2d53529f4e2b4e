using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Registration;

/// <summary>Clients without settings of their own share one object of options. A client that anything sets options of does not.</summary>
public sealed class SharedOptionsTests
{
    private const string Settings =
        """{ "ResilientHttpClients": { "Defaults": { "Retry": { "MaxRetries": 2 } }, "Clients": { "orders": { "Retry": {} } } } }""";

    [Fact]
    public async Task Clients_without_settings_of_their_own_share_their_options()
    {
        using var app = await TestApp.StartedAsync(Settings, services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("stock");
        });

        Assert.Same(app.InForce("payments"), app.InForce("stock"));
        Assert.Equal(2, app.InForce("stock").Retry.MaxRetries);
    }

    [Fact]
    public async Task A_client_with_a_section_or_with_code_has_options_of_its_own()
    {
        using var app = await TestApp.StartedAsync(Settings, services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("orders");
            services.AddResilientHttpClient("stock", options => options.Retry.MaxRetries = 1);
        });

        Assert.NotSame(app.InForce("payments"), app.InForce("orders"));
        Assert.Equal((2, 1), (app.InForce("payments").Retry.MaxRetries, app.InForce("stock").Retry.MaxRetries));
    }

    [Fact]
    public async Task Code_for_all_clients_is_run_for_each_of_them()
    {
        var runs = 0;
        using var app = await TestApp.StartedAsync(Settings, services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("stock");
            services.ConfigureAll<ResilientHttpClientOptions>(options => options.Retry.MaxRetries = ++runs);
        });

        Assert.NotEqual(app.InForce("payments").Retry.MaxRetries, app.InForce("stock").Retry.MaxRetries);
    }

    [Fact]
    public async Task A_custom_PostConfigure_runs_once_for_each_client()
    {
        var seen = new List<string?>();
        using var app = await TestApp.StartedAsync(Settings, services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("stock");
            services.PostConfigureAll<ResilientHttpClientOptions>(_ => seen.Add("set"));
        });

        Assert.Equal(2, seen.Count);
    }
}
