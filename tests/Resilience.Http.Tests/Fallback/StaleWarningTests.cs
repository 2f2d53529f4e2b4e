using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Fallback;

/// <summary>An app whose answers cannot be kept hears of it at start, before the first call.</summary>
public sealed class StaleWarningTests
{
    [Theory]
    [InlineData("""{ "payments": { "Fallback": { "StaleIfError": "10m" } } }""", true)]
    [InlineData("""{ "payments": { "Fallback": { "StaleIfError": "10m", "ShareStaleAnswers": true } } }""", false)]
    [InlineData("""{ "payments": { "Enabled": false, "Fallback": { "StaleIfError": "10m" } } }""", false)]
    [InlineData("""{ "payments": { } }""", false)]
    public async Task One_warning_at_start_names_the_client_and_the_two_ways_out(string clients, bool warns)
    {
        using var app = await TestApp.StartedAsync(TestApp.Clients(clients), static services =>
            services.AddResilientHttpClient("payments").ConfigurePrimaryHttpMessageHandler(static () => new OwnHandler()));
        app.Client("payments").Dispose();

        var lines = app.Logs.All
            .Where(static line => line.Level == LogLevel.Warning && line.Event == "NothingKept")
            .Select(static line => line.Text);
        Assert.Equal(
            warns
                ? [
                    "payments: StaleIfError is on, but an answer cannot be kept: what the primary handler (OwnHandler) adds to a request " +
                       "is not known. In an outage it could reach another user. If the service needs no cookies, set UseCookies = false " +
                       "on a SocketsHttpHandler without credentials as the primary handler; if its answers are the same for all users, " +
                       "set Fallback:ShareStaleAnswers to true."]
                : [],
            lines);
    }

    [Fact]
    public async Task A_client_created_by_the_factory_causes_no_warning()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "payments": { "Fallback": { "StaleIfError": "10m" } } }"""),
            static services => services.AddResilientHttpClient("payments"));

        Assert.DoesNotContain(app.Logs.All, static line => line.Event == "NothingKept");
    }

    [Fact]
    public async Task A_handler_that_cannot_be_made_does_not_stop_the_start()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "payments": { "Fallback": { "StaleIfError": "10m" } } }"""),
            static services => services
                .AddResilientHttpClient("payments")
                .ConfigurePrimaryHttpMessageHandler(static () => throw new InvalidOperationException("not made")));

        Assert.Throws<InvalidOperationException>(() => app.Client("payments"));
    }

    private sealed class OwnHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
