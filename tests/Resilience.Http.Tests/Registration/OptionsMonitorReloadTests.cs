using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Resilience.Http.Tests.Registration.ReloadApp;

namespace Resilience.Http.Tests.Registration;

/// <summary>The options monitors of the user follow edits as the clients do.</summary>
public sealed class OptionsMonitorReloadTests : IDisposable
{
    private readonly SettingsFile _file = new(Payments("""{ "Retry": { "MaxRetries": 1, "BaseDelay": "0s" } }"""));

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task The_users_options_monitor_follows_good_edits_and_ignores_bad_ones()
    {
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));
        var monitor = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>();
        var told = new List<(string? Name, int MaxRetries)>();
        using var subscription = monitor.OnChange((options, name) => told.Add((name, options.Retry.MaxRetries)));
        Assert.Equal(1, monitor.Get("payments").Retry.MaxRetries);

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2 } }"""));
        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 200 } }"""));

        Assert.Equal([("payments", 2)], told);
        Assert.Equal(2, monitor.Get("payments").Retry.MaxRetries);
    }

    [Fact]
    public async Task An_options_monitor_read_before_the_start_has_the_options_in_force_after_it()
    {
        using var app = TestApp.With(_file.AddTo, services => services.AddResilientHttpClient("payments"));
        var monitor = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>();
        var told = new List<(string? Name, int MaxRetries)>();
        using var subscription = monitor.OnChange((options, name) => told.Add((name, options.Retry.MaxRetries)));
        Assert.Equal(1, monitor.Get("payments").Retry.MaxRetries);

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2 } }"""));
        await app.StartAsync();

        Assert.Equal(2, app.InForce("payments").Retry.MaxRetries);
        Assert.Equal(2, monitor.Get("payments").Retry.MaxRetries);
        Assert.Equal([("payments", 2)], told);
    }

    [Fact]
    public async Task A_listener_that_throws_at_the_start_does_not_stop_it()
    {
        using var app = TestApp.With(_file.AddTo, services => services.AddResilientHttpClient("payments"));
        using var subscription = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>()
            .OnChange(_ => throw new InvalidOperationException("a listener"));

        await app.StartAsync();

        Assert.Single(app.Logs.Named("ListenerFailed"));
    }

    [Fact]
    public async Task A_monitor_follows_a_client_known_only_from_the_factorys_defaults()
    {
        using var app = await _file.StartedAsync(services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));
        var monitor = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>();
        using var client = app.Client("weather");
        Assert.Equal(3, monitor.Get("weather").Retry.MaxRetries);

        _file.Edit(TestApp.Clients("""{ "payments": {}, "weather": { "Retry": { "MaxRetries": 7 } } }"""));

        Assert.Equal(7, app.InForce("weather").Retry.MaxRetries);
        Assert.Equal(7, monitor.Get("weather").Retry.MaxRetries);
    }

    [Fact]
    public async Task What_the_user_does_to_the_monitors_options_does_not_reach_the_calls()
    {
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get("payments").Retry.MaxRetries = 77;

        Assert.Equal(1, app.InForce("payments").Retry.MaxRetries);
    }
}
