using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary><see cref="HttpClient.Timeout"/> of clients that come from the factory.</summary>
public sealed class HttpClientTimeoutPlanTests : IDisposable
{
    private readonly HttpClientTimeoutFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_frameworks_default_becomes_the_total_timeout_and_a_second()
    {
        _fixture.AddPayments();

        Assert.Equal(TimeSpan.FromSeconds(31), _fixture.Create().Timeout);
        Assert.Empty(_fixture.Warnings);
    }

    [Fact]
    public void Without_a_total_timeout_the_client_timeout_becomes_infinite()
    {
        _fixture.Configuration["ResilientHttpClients:Clients:payments:TotalTimeout"] = "off";
        _fixture.AddPayments();

        Assert.Equal(Timeout.InfiniteTimeSpan, _fixture.Create().Timeout);
    }

    [Fact]
    public void The_frameworks_default_stays_if_the_chain_is_disabled()
    {
        _fixture.Configuration["ResilientHttpClients:Clients:payments:Enabled"] = "false";
        _fixture.AddPayments();

        Assert.Equal(TimeSpan.FromSeconds(100), _fixture.Create().Timeout);
    }

    [Fact]
    public void A_client_timeout_set_before_the_chain_was_added_is_seen()
    {
        _fixture.Services.AddHttpClient("payments", client => client.Timeout = TimeSpan.FromSeconds(60));
        _fixture.AddPayments();

        Assert.Equal(TimeSpan.FromSeconds(60), _fixture.Create().Timeout);
    }

    [Fact]
    public void A_client_timeout_set_after_the_chain_was_added_is_seen()
    {
        _fixture.AddPayments().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(60));

        Assert.Equal(TimeSpan.FromSeconds(60), _fixture.Create().Timeout);
    }

    [Fact]
    public void An_infinite_client_timeout_stays_infinite()
    {
        _fixture.AddPayments().ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan);

        Assert.Equal(Timeout.InfiniteTimeSpan, _fixture.Create().Timeout);
        Assert.Empty(_fixture.Warnings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_shorter_client_timeout_becomes_the_total_timeout_so_hangs_are_reported_as_such(bool before)
    {
        if (before)
        {
            _fixture.Services.AddHttpClient("payments", client => client.Timeout = TimeSpan.FromSeconds(5));
        }

        var builder = _fixture.AddPayments();
        if (!before)
        {
            builder.ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(5));
        }

        using var client = _fixture.Create();
        Assert.Equal(TimeSpan.FromSeconds(5), client.Timeout);
        var exception = await _fixture.TimesOutAsync(client);

        Assert.Equal(TimeSpan.FromMilliseconds(4950), exception.Timeout);
        Assert.Equal(TimeSpan.FromMilliseconds(4950), _fixture.Clock.Elapsed);
    }

    [Fact]
    public void A_shorter_client_timeout_is_logged_once()
    {
        _fixture.AddPayments().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(5));

        _fixture.Create();
        _fixture.Create();

        var warning = Assert.Single(_fixture.Warnings);
        Assert.Equal("ClientTimeoutIsShorter", warning.Event);
        Assert.Equal(
            "HttpClient.Timeout of payments is set to 5 s, not longer than its TotalTimeout of 30 s. " +
            "Its calls get a total timeout of 4.95 s instead, so that a hang is reported as a timeout. Do not set HttpClient.Timeout; " +
            "set TotalTimeout.",
            warning.Text);
    }

    [Fact]
    public void A_client_timeout_set_in_the_constructor_of_a_typed_client_is_not_seen()
    {
        _fixture.Services.AddResilientHttpClient<ImpatientClient>("payments").ConfigurePrimaryHttpMessageHandler(() => _fixture.Server);

        Assert.Equal(TimeSpan.FromSeconds(2), _fixture.Provider.GetRequiredService<ImpatientClient>().Http.Timeout);
        Assert.Empty(_fixture.Warnings);
    }

    [Fact]
    public async Task A_request_that_asks_for_more_than_its_client_allows_gets_that_and_is_logged_once()
    {
        _fixture.AddPayments();
        using var client = _fixture.Create();

        for (var i = 0; i < 2; i++)
        {
            var request = TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromMinutes(5)).WithAttemptTimeout(Timeout.InfiniteTimeSpan);
            var exception = await _fixture.TimesOutAsync(client, request);
            Assert.Equal(TimeSpan.FromSeconds(30.95), exception.Timeout);
        }

        var warning = Assert.Single(_fixture.Warnings, warning => warning.Event == "RequestExceedsClientTimeout");
        Assert.Equal(
            "A request to payments asks for a TotalTimeout of 300 s, but its HttpClient.Timeout of 31 s allows 30.95 s. " +
            "Set the client's TotalTimeout to the longest that any of its requests needs, and shorten it per request.",
            warning.Text);
    }

    [Theory]
    [InlineData(null, "30.95 s", "31 s")]
    [InlineData(20.0, "19.95 s", "20 s")]
    [InlineData(8.0, "7.95 s", "8 s")] // Shorter than the default AttemptTimeout, which shrinks with it.
    public async Task A_timeout_that_follows_from_HttpClient_Timeout_names_it(double? seconds, string limit, string clientTimeout)
    {
        var builder = _fixture.AddPayments();
        if (seconds is { } set)
        {
            builder.ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(set));
        }

        using var client = _fixture.Create();
        var request = TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromMinutes(5));
        if (seconds is not 8.0)
        {
            request.WithAttemptTimeout(TimeSpan.FromMinutes(5));
        }

        var exception = await _fixture.TimesOutAsync(client, request);

        Assert.Equal(
            $"payments (https://payments.internal) sent no response headers within the {limit} that HttpClient.Timeout ({clientTimeout}) " +
            "allows, in attempt 1. The TotalTimeout of the call is 300 s. If calls may take longer, set TotalTimeout of the client to " +
            "the longest that any of its requests needs. Do not set HttpClient.Timeout: each new client gets its TotalTimeout plus 1 s.",
            exception.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(31_000)]
    public void The_timeout_that_shortened_a_call_is_known_from_its_total_timeout(int milliseconds)
    {
        var client = TimeSpan.FromMilliseconds(milliseconds);
        var total = HttpClientTimeoutPlan.Decide(client, TimeSpan.FromMinutes(5)).LongestTotal;

        Assert.Equal(client, HttpClientTimeoutPlan.ShorteningTimeout(TimeSpan.FromMinutes(5), total));
        Assert.Null(HttpClientTimeoutPlan.ShorteningTimeout(total, total));
    }

    [Fact]
    public async Task A_shorter_limit_of_the_request_itself_is_not_that_of_HttpClient()
    {
        _fixture.AddPayments().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(8));
        using var client = _fixture.Create();
        var request = TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromMinutes(5)).WithAttemptTimeout(TimeSpan.FromSeconds(3));

        var exception = await _fixture.TimesOutAsync(client, request);

        Assert.EndsWith("This limit is not HttpClient.Timeout.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_limit_is_logged_as_asking_for_off()
    {
        _fixture.AddPayments();
        using var client = _fixture.Create();

        await _fixture.TimesOutAsync(
            client, TimeoutWorld.Get().WithTotalTimeout(Timeout.InfiniteTimeSpan).WithAttemptTimeout(Timeout.InfiniteTimeSpan));

        var warning = Assert.Single(_fixture.Warnings, warning => warning.Event == "RequestExceedsClientTimeout");
        Assert.Equal(
            "A request to payments asks for a TotalTimeout of off, but its HttpClient.Timeout of 31 s allows 30.95 s. " +
            "Set the client's TotalTimeout to the longest that any of its requests needs, and shorten it per request.",
            warning.Text);
    }

    [Fact]
    public async Task The_client_without_a_name_is_called_the_default_client()
    {
        _fixture.Services.AddHttpClient(Options.DefaultName, client => client.Timeout = TimeSpan.FromSeconds(5))
            .AddResilience(options => options.Retry.Enabled = false)
            .ConfigurePrimaryHttpMessageHandler(() => _fixture.Server);
        using var client = _fixture.Provider.GetRequiredService<IHttpClientFactory>().CreateClient();
        await _fixture.TimesOutAsync(client, TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromSeconds(6)));

        for (var i = 0; i < 20; i++)
        {
            using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(1), _fixture.Clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => _fixture.Clock.RunAsync(() => client.SendAsync(TimeoutWorld.Get(), caller.Token)));
        }

        Assert.Collection(
            _fixture.Warnings
                .Where(warning => warning.Event is "ClientTimeoutIsShorter" or "RequestExceedsClientTimeout" or "AlwaysCutFromOutside")
                .Select(warning => warning.Text),
            text => Assert.StartsWith("HttpClient.Timeout of the default client is set to", text, StringComparison.Ordinal),
            text => Assert.StartsWith("A request to the default client asks for", text, StringComparison.Ordinal),
            text => Assert.StartsWith("20 calls of the default client were", text, StringComparison.Ordinal));
    }

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
