using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Chaos.Registration;

public sealed class ChaosReloadTests : IDisposable
{
    private readonly SettingsFile _file = new("{}");

    [Fact]
    public async Task An_edit_switches_faults_on_and_off_for_clients_in_use()
    {
        using var app = await new ChaosFixture(_file.AddTo).StartAsync();
        Assert.False(await app.IsStruckAsync());

        _file.Edit(ChaosFixture.On());
        Assert.True(await app.IsStruckAsync());
        Assert.Single(app.Logs.Named("ChaosOn"));

        _file.Edit("{}");
        Assert.False(await app.IsStruckAsync());
        Assert.Equal(["Faults are no longer injected: ResilientHttpChaos:Enabled is false."], app.Logs.Named("ChaosOff"));
    }

    [Fact]
    public async Task A_bad_edit_leaves_the_last_good_one_in_force_and_is_logged_once()
    {
        _file.Edit(ChaosFixture.On());
        using var app = await new ChaosFixture(_file.AddTo).StartAsync();
        using var metrics = new RecordedMetrics(app.Services.GetRequiredService<IMeterFactory>());

        _file.Edit(ChaosFixture.On("""{ "Abort": { "Reset": true, "Percentage": 200 } }"""));
        _file.Touch();

        Assert.True(await app.IsStruckAsync());
        var error = Assert.Single(app.Logs.Named("ChaosEditRefused"));
        Assert.EndsWith(
            "ResilientHttpChaos:Clients:payments:Abort:Percentage = \"200\" is out of range; allowed: 0 to 100",
            error,
            StringComparison.Ordinal);
        Assert.Single(metrics.Of("resilience.http.options.reload_failures"));

        _file.Edit(ChaosFixture.On("""{ "Abort": { "Reset": true, "Percentage": 0 } }"""));
        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_logs_nothing()
    {
        _file.Edit(ChaosFixture.On());
        using var app = await new ChaosFixture(_file.AddTo).StartAsync();

        _file.Touch();

        Assert.Single(app.Logs.Named("ChaosOn"));
    }

    [Fact]
    public async Task An_edit_without_an_end_is_refused_in_staging()
    {
        _file.Edit(ChaosFixture.On(others: "\"Until\": \"2030-01-01T13:00:00Z\""));
        using var app = await new ChaosFixture(_file.AddTo, "Staging").StartAsync();

        _file.Edit(ChaosFixture.On());

        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(await app.IsStruckAsync()); // the old end is in force
        Assert.Single(app.Logs.Named("ChaosEditRefused"));
    }

    [Fact]
    public async Task Code_that_throws_when_an_edit_is_read_leaves_the_last_good_one_in_force()
    {
        var reads = 0;
        _file.Edit(ChaosFixture.On());
        using var app = await new ChaosFixture(_file.AddTo, register: services => services.AddResilientHttpChaos(_ =>
        {
            if (++reads > 1)
            {
                throw new InvalidOperationException("no database");
            }
        })).StartAsync();

        _file.Edit("{}");

        Assert.True(await app.IsStruckAsync());
        Assert.EndsWith("no database", Assert.Single(app.Logs.Named("ChaosEditRefused")), StringComparison.Ordinal);
    }

    public void Dispose() => _file.Dispose();
}
