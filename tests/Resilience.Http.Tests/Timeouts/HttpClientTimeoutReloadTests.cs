using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Timeouts;

/// <summary><see cref="HttpClient.Timeout"/> of clients whose settings change after they were created.</summary>
public sealed class HttpClientTimeoutReloadTests : IDisposable
{
    private readonly HttpClientTimeoutFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_client_timeout_set_while_the_chain_is_off_bounds_calls_once_it_is_on()
    {
        _fixture.Configuration["ResilientHttpClients:Clients:payments:Enabled"] = "false";
        _fixture.AddPayments().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(5));
        using var client = _fixture.Create();
        Assert.Empty(_fixture.Warnings);

        _fixture.Configuration["ResilientHttpClients:Clients:payments:Enabled"] = "true";
        _fixture.Configuration.Reload();

        Assert.Equal(TimeSpan.FromSeconds(4.95), (await _fixture.TimesOutAsync(client)).Timeout);
        Assert.Equal(TimeSpan.FromSeconds(5), client.Timeout);
    }

    [Fact]
    public async Task The_frameworks_default_timeout_bounds_calls_once_the_chain_is_switched_on()
    {
        _fixture.Configuration["ResilientHttpClients:Clients:payments:Enabled"] = "false";
        _fixture.Configuration["ResilientHttpClients:Clients:payments:AttemptTimeout"] = "2m";
        _fixture.Configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "2m";
        _fixture.AddPayments();
        using var client = _fixture.Create();

        _fixture.Configuration["ResilientHttpClients:Clients:payments:Enabled"] = "true";
        _fixture.Configuration.Reload();

        Assert.Equal(TimeSpan.FromSeconds(99.95), (await _fixture.TimesOutAsync(client)).Timeout);
    }

    [Fact]
    public async Task After_an_edit_new_clients_have_the_new_timeout_and_old_ones_keep_theirs()
    {
        _fixture.AddPayments();
        using var before = _fixture.Create();

        _fixture.Configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "8s";
        _fixture.Configuration.Reload();
        using var after = _fixture.Create();

        Assert.Equal(TimeSpan.FromSeconds(31), before.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(9), after.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(8), (await _fixture.TimesOutAsync(before)).Timeout);
    }

    [Fact]
    public async Task After_an_edit_to_a_longer_deadline_an_old_client_still_reports_a_hang_as_such()
    {
        _fixture.AddPayments();
        using var kept = _fixture.Create();

        _fixture.Configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "2m";
        _fixture.Configuration["ResilientHttpClients:Clients:payments:AttemptTimeout"] = "2m";
        _fixture.Configuration.Reload();

        Assert.Equal(TimeSpan.FromSeconds(30.95), (await _fixture.TimesOutAsync(kept)).Timeout);
    }

    [Fact]
    public async Task After_an_edit_a_shorter_client_timeout_may_be_longer_than_the_total_timeout()
    {
        _fixture.AddPayments().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(5));
        _fixture.Configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "3s";

        using var client = _fixture.Create();

        Assert.Equal(TimeSpan.FromSeconds(3), (await _fixture.TimesOutAsync(client)).Timeout);
        Assert.DoesNotContain(_fixture.Warnings, warning => warning.Event == "ClientTimeoutIsShorter");
    }
}
