using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Timeouts;

/// <summary><see cref="HttpClient.Timeout"/> of clients that come from the factory.</summary>
public sealed class HttpClientTimeoutPlanTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly LogLines _log = new();
    private readonly ScriptedServer _server;
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["ResilientHttpClients:Clients:payments:TotalTimeout"] = "30s",
    }).Build();

    private readonly ServiceCollection _services = new();
    private readonly Lazy<ServiceProvider> _provider;

    public HttpClientTimeoutPlanTests()
    {
        _server = new ScriptedServer(s => s.Hang().Always(), _clock);
        _services.AddSingleton<TimeProvider>(_clock);
        _services.AddSingleton<ILoggerFactory>(_log);
        _services.AddSingleton<IConfiguration>(_configuration);
        _provider = new(() => _services.BuildServiceProvider());
    }

    [Fact]
    public void The_frameworks_default_becomes_the_total_timeout_and_a_second()
    {
        AddPayments();

        Assert.Equal(TimeSpan.FromSeconds(31), Create().Timeout);
        Assert.Empty(Warnings);
    }

    [Fact]
    public void Without_a_total_timeout_it_becomes_infinite()
    {
        _configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "off";
        AddPayments();

        Assert.Equal(Timeout.InfiniteTimeSpan, Create().Timeout);
    }

    [Fact]
    public void The_frameworks_default_stays_if_the_chain_is_disabled()
    {
        _configuration["ResilientHttpClients:Clients:payments:Enabled"] = "false";
        AddPayments();

        Assert.Equal(TimeSpan.FromSeconds(100), Create().Timeout);
    }

    [Fact]
    public async Task One_set_while_the_chain_was_off_bounds_the_calls_once_it_is_switched_on()
    {
        _configuration["ResilientHttpClients:Clients:payments:Enabled"] = "false";
        AddPayments().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(5));
        using var client = Create();
        Assert.Empty(Warnings);

        _configuration["ResilientHttpClients:Clients:payments:Enabled"] = "true";
        _configuration.Reload();

        Assert.Equal(TimeSpan.FromSeconds(4.95), (await TimesOutAsync(client)).Timeout);
        Assert.Equal(TimeSpan.FromSeconds(5), client.Timeout);
    }

    [Fact]
    public async Task The_frameworks_default_bounds_them_too()
    {
        _configuration["ResilientHttpClients:Clients:payments:Enabled"] = "false";
        _configuration["ResilientHttpClients:Clients:payments:AttemptTimeout"] = "2m";
        _configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "2m";
        AddPayments();
        using var client = Create();

        _configuration["ResilientHttpClients:Clients:payments:Enabled"] = "true";
        _configuration.Reload();

        Assert.Equal(TimeSpan.FromSeconds(99.95), (await TimesOutAsync(client)).Timeout);
    }

    [Fact]
    public void One_set_before_the_chain_was_added_is_seen()
    {
        _services.AddHttpClient("payments", client => client.Timeout = TimeSpan.FromSeconds(60));
        AddPayments();

        Assert.Equal(TimeSpan.FromSeconds(60), Create().Timeout);
    }

    [Fact]
    public void One_set_after_the_chain_was_added_is_seen()
    {
        AddPayments().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(60));

        Assert.Equal(TimeSpan.FromSeconds(60), Create().Timeout);
    }

    [Fact]
    public void One_set_infinite_stays_infinite()
    {
        AddPayments().ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan);

        Assert.Equal(Timeout.InfiniteTimeSpan, Create().Timeout);
        Assert.Empty(Warnings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_shorter_one_becomes_the_total_timeout_so_that_a_hang_is_reported_as_such(bool before)
    {
        if (before)
        {
            _services.AddHttpClient("payments", client => client.Timeout = TimeSpan.FromSeconds(5));
        }

        var builder = AddPayments();
        if (!before)
        {
            builder.ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(5));
        }

        using var client = Create();
        Assert.Equal(TimeSpan.FromSeconds(5), client.Timeout);
        var exception = await TimesOutAsync(client);

        Assert.Equal(TimeSpan.FromMilliseconds(4950), exception.Timeout);
        Assert.Equal(TimeSpan.FromMilliseconds(4950), _clock.Elapsed);
    }

    [Fact]
    public void A_shorter_one_is_logged_once()
    {
        AddPayments().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(5));

        Create();
        Create();

        var warning = Assert.Single(Warnings);
        Assert.Equal("ClientTimeoutIsShorter", warning.Event);
        Assert.Equal(
            "HttpClient.Timeout of payments is set to 5 s, not longer than its TotalTimeout of 30 s. " +
            "Its calls get a total timeout of 4.95 s instead, so that a hang is reported as a timeout. Do not set HttpClient.Timeout; " +
            "set TotalTimeout.",
            warning.Text);
    }

    [Fact]
    public void One_set_in_the_constructor_of_a_typed_client_comes_too_late_to_be_seen()
    {
        _services.AddResilientHttpClient<ImpatientClient>("payments").ConfigurePrimaryHttpMessageHandler(() => _server);

        Assert.Equal(TimeSpan.FromSeconds(2), _provider.Value.GetRequiredService<ImpatientClient>().Http.Timeout);
        Assert.Empty(Warnings);
    }

    [Fact]
    public async Task After_an_edit_new_clients_have_the_new_one_and_old_ones_keep_theirs()
    {
        AddPayments();
        using var before = Create();

        _configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "8s";
        _configuration.Reload();
        using var after = Create();

        Assert.Equal(TimeSpan.FromSeconds(31), before.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(9), after.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(8), (await TimesOutAsync(before)).Timeout);
    }

    [Fact]
    public async Task After_an_edit_to_a_longer_deadline_an_old_client_still_reports_a_hang_as_such()
    {
        AddPayments();
        using var kept = Create();

        _configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "2m";
        _configuration["ResilientHttpClients:Clients:payments:AttemptTimeout"] = "2m";
        _configuration.Reload();

        Assert.Equal(TimeSpan.FromSeconds(30.95), (await TimesOutAsync(kept)).Timeout);
    }

    [Fact]
    public async Task After_an_edit_a_shorter_one_of_the_user_may_be_the_longer_one()
    {
        AddPayments().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(5));
        _configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "3s";

        using var client = Create();

        Assert.Equal(TimeSpan.FromSeconds(3), (await TimesOutAsync(client)).Timeout);
        Assert.DoesNotContain(Warnings, warning => warning.Event == "ClientTimeoutIsShorter");
    }

    [Fact]
    public async Task A_request_that_asks_for_more_than_its_client_allows_gets_that_and_is_logged_once()
    {
        AddPayments();
        using var client = Create();

        for (var i = 0; i < 2; i++)
        {
            var request = TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromMinutes(5)).WithAttemptTimeout(Timeout.InfiniteTimeSpan);
            var exception = await TimesOutAsync(client, request);
            Assert.Equal(TimeSpan.FromSeconds(30.95), exception.Timeout);
        }

        var warning = Assert.Single(Warnings, warning => warning.Event == "RequestExceedsClientTimeout");
        Assert.Equal(
            "A request to payments asks for a total timeout of 300 s, but its HttpClient.Timeout allows 30.95 s. " +
            "Set the client's TotalTimeout to the longest that any of its requests needs, and shorten it per request.",
            warning.Text);
    }

    [Fact]
    public async Task A_request_without_a_limit_is_logged_as_asking_for_off()
    {
        AddPayments();
        using var client = Create();

        await TimesOutAsync(
            client, TimeoutWorld.Get().WithTotalTimeout(Timeout.InfiniteTimeSpan).WithAttemptTimeout(Timeout.InfiniteTimeSpan));

        var warning = Assert.Single(Warnings, warning => warning.Event == "RequestExceedsClientTimeout");
        Assert.Equal(
            "A request to payments asks for a total timeout of off, but its HttpClient.Timeout allows 30.95 s. " +
            "Set the client's TotalTimeout to the longest that any of its requests needs, and shorten it per request.",
            warning.Text);
    }

    [Fact]
    public async Task The_client_without_a_name_is_called_the_default_client()
    {
        _services.AddHttpClient(Options.DefaultName, client => client.Timeout = TimeSpan.FromSeconds(5))
            .AddResilience(options => options.Retry.Enabled = false)
            .ConfigurePrimaryHttpMessageHandler(() => _server);
        using var client = _provider.Value.GetRequiredService<IHttpClientFactory>().CreateClient();
        await TimesOutAsync(client, TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromSeconds(6)));

        for (var i = 0; i < 20; i++)
        {
            using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => _clock.RunAsync(() => client.SendAsync(TimeoutWorld.Get(), caller.Token)));
        }

        Assert.Collection(
            Warnings
                .Where(warning => warning.Event is "ClientTimeoutIsShorter" or "RequestExceedsClientTimeout" or "AlwaysCutFromOutside")
                .Select(warning => warning.Text),
            text => Assert.StartsWith("HttpClient.Timeout of the default client is set to", text, StringComparison.Ordinal),
            text => Assert.StartsWith("A request to the default client asks for", text, StringComparison.Ordinal),
            text => Assert.StartsWith("20 calls of the default client were", text, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        if (_provider.IsValueCreated)
        {
            _provider.Value.Dispose();
        }

        _server.Dispose();
        _log.Dispose();
    }

    private LogLine[] Warnings => _log.At(LogLevel.Warning);

    private IHttpClientBuilder AddPayments() => _services
        .AddResilientHttpClient("payments", options => options.Retry.Enabled = false)
        .ConfigurePrimaryHttpMessageHandler(() => _server);

    private HttpClient Create() => _provider.Value.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

    private Task<RequestTimedOutException> TimesOutAsync(HttpClient client, HttpRequestMessage? request = null) =>
        Assert.ThrowsAsync<RequestTimedOutException>(() => _clock.RunAsync(() => client.SendAsync(request ?? TimeoutWorld.Get())));

    private sealed class ImpatientClient
    {
        public ImpatientClient(HttpClient http)
        {
            http.Timeout = TimeSpan.FromSeconds(2);
            Http = http;
        }

        public HttpClient Http { get; }
    }
}
