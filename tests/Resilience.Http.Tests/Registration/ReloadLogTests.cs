using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using static Resilience.Http.Tests.Registration.ReloadApp;

namespace Resilience.Http.Tests.Registration;

/// <summary>What an edit of the configuration logs and counts.</summary>
public sealed class ReloadLogTests : IDisposable
{
    private readonly SettingsFile _file = new(Payments("""{ "Retry": { "MaxRetries": 1, "BaseDelay": "0s" } }"""));

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task An_edit_that_lets_a_single_call_open_its_circuit_is_a_warning()
    {
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 5 } }"""));

        Assert.Contains(
            app.Logs.Of(LogLevel.Warning),
            line => line.Text.StartsWith("payments: a single call can open its circuit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_edit_says_what_is_wrong_with_it()
    {
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("""{ "TotalTimeout": "10", "Rety": {} }"""));

        var error = Assert.Single(app.Logs.Of(LogLevel.Error));
        Assert.Equal(
            "The configuration change was rejected; all resilient clients keep their current settings. Fix it; it is reloaded " +
            "automatically: ResilientHttpClients:Clients:payments:Rety is not a known key. Did you mean Retry?; " +
            "ResilientHttpClients:Clients:payments:TotalTimeout = \"10\" would be 10 days, write it as 10s (ms, s, m, h) or 00:00:10; " +
            "allowed: 1ms to 24h, or off",
            error.Text);
    }

    [Fact]
    public async Task An_edit_logs_what_it_changed_and_one_that_changes_nothing_logs_nothing()
    {
        using var app = await _file.StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory");
        });

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2, "BaseDelay": "0s" } }"""));
        _file.Touch();

        Assert.Equal(
            ["payments: a configuration change applies to calls that begin from now on: Retry:MaxRetries 1 -> 2."],
            app.Logs.Of(LogLevel.Information).Select(line => line.Text));
    }

    [Fact]
    public async Task HttpClient_settings_change_for_clients_created_later_which_is_logged_once()
    {
        _file.Edit(Payments("""{ "BaseAddress": "https://old.internal/", "TotalTimeout": "5s" }"""));
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));
        using var before = app.Client("payments");

        _file.Edit(Payments("""{ "BaseAddress": "https://new.internal/", "TotalTimeout": "6s" }"""));
        using var after = app.Client("payments");
        using var another = app.Client("payments");

        Assert.Equal((new Uri("https://old.internal/"), TimeSpan.FromSeconds(6)), (before.BaseAddress, before.Timeout));
        Assert.Equal((new Uri("https://new.internal/"), TimeSpan.FromSeconds(7)), (after.BaseAddress, after.Timeout));
        Assert.Equal(
            [
                "payments: BaseAddress and Timeout of HttpClients that are created from now on follow the configuration change " +
                 "(BaseAddress https://old.internal/ -> https://new.internal/, TotalTimeout 5s -> 6s). Existing clients keep theirs."],
            app.Logs.Named("HttpClientSettingsChanged"));
    }

    [Fact]
    public async Task Switching_the_chain_off_changes_new_HttpClients_only_which_is_logged()
    {
        _file.Edit(Payments("""{ "TotalTimeout": "5s" }"""));
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));
        using var before = app.Client("payments");

        _file.Edit(Payments("""{ "TotalTimeout": "5s", "Enabled": false }"""));
        using var after = app.Client("payments");

        Assert.Equal((TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(100)), (before.Timeout, after.Timeout));
        Assert.Equal(
            ["payments: BaseAddress and Timeout of HttpClients that are created from now on follow the configuration change (Enabled " +
                "true -> false). Existing clients keep theirs."],
            app.Logs.Named("HttpClientSettingsChanged"));
    }

    [Fact]
    public async Task Changes_of_the_client_without_a_name_are_logged_as_of_the_default_client()
    {
        using var app = await _file.StartedAsync(services => services.AddHttpClient(Options.DefaultName).AddResilience());

        _file.Edit(TestApp.Clients("""{ "payments": {} }""", defaults: """{ "TotalTimeout": "5s" }"""));

        Assert.Equal(2, app.Logs.Of(LogLevel.Information).Count);
        Assert.All(
            app.Logs.Of(LogLevel.Information), line => Assert.StartsWith("the default client: ", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bad_edit_is_logged_and_counted_once_and_again_when_it_comes_back()
    {
        using var app = await _file.StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory", app => app.Retry.MaxRetries = 5);
        });
        using var metrics = new RecordedMetrics(app.Services.GetRequiredService<IMeterFactory>());

        _file.Edit(Payments("""{ "TotalTimeout": "10" }"""));
        _file.Touch();
        Assert.Single(app.Logs.Of(LogLevel.Error));
        Assert.Single(metrics.Of("resilience.http.options.reload_failures"));

        _file.Edit(Payments("""{ "TotalTimeout": "10s" }"""));
        Assert.Single(app.Logs.Named("EditGoodAgain"));

        _file.Edit(Payments("""{ "TotalTimeout": "10" }"""));
        Assert.Equal(2, app.Logs.Of(LogLevel.Error).Count);
        Assert.Equal(2, metrics.Of("resilience.http.options.reload_failures").Count);
    }

    [Fact]
    public async Task Nothing_escapes_into_the_configuration_provider()
    {
        using var app = await _file.StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddSingleton<ILoggerProvider>(new ThrowingLogs());
        });
        using var subscription = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>()
            .OnChange(_ => throw new InvalidOperationException("a listener"));

        _file.Edit(Payments("""{ "TotalTimeout": "10" }"""));
        _file.Edit(Payments("""{ "TotalTimeout": "10s" }"""));

        Assert.Equal(TimeSpan.FromSeconds(10), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task A_listener_that_throws_is_logged()
    {
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));
        using var subscription = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>()
            .OnChange(_ => throw new InvalidOperationException("a listener"));

        _file.Edit(Payments("""{ "TotalTimeout": "10s" }"""));

        Assert.Single(app.Logs.Named("ListenerFailed"));
        Assert.Empty(app.Logs.Named("EditRefused"));
    }

    private sealed class ThrowingLogs : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name is "EditRefused" or "SettingsChanged" or "ListenerFailed" or "EditGoodAgain")
            {
                throw new InvalidOperationException("a logger");
            }
        }
    }
}
