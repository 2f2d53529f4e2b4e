using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;
using Resilience.Http.Tests.House;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>The snippets of docs/timeouts.md, compiled and tried.</summary>
public sealed class TimeoutDocs
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task The_settings_of_the_page_reach_the_clients()
    {
        using var app = App(
            new ScriptedServer(script => script.Then((_, _) => Task.FromResult(new HttpResponseMessage())).Always(), _clock));
        await app.StartAsync();

        var payments = app.InForce("payments");
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2)), (payments.TotalTimeout, payments.AttemptTimeout));
        var reports = app.InForce("reports");
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15)), (reports.TotalTimeout, reports.BodyIdleTimeout));
    }

    [Fact]
    public async Task The_catch_blocks_of_the_page_distinguish_a_timeout_from_a_callers_cancellation()
    {
        using var app = App(new ScriptedServer(s => s.Hang().Always(), _clock));
        var payments = app.Client("payments");
        var messages = new List<string>();
        using var caller = new CancellationTokenSource();
        var cancellationToken = caller.Token;

        async Task ChargeAsync()
        {
            #region catch
            try
            {
                await payments.PostAsync("https://payments.internal/charges", content: null, cancellationToken);
            }
            catch (RequestTimedOutException timeout)
            {
                // The service was too slow. Scope names the limit, Timeout its length, and the message gives the details.
                messages.Add(timeout.Message);
            }
            catch (OperationCanceledException left) when (left.CancellationToken == cancellationToken)
            {
                // Your own caller has canceled, so a response is no longer needed.
                messages.Add("gone");
            }
            #endregion
        }

        await _clock.RunAsync(ChargeAsync);
        await caller.CancelAsync();
        await _clock.RunAsync(ChargeAsync);

        Assert.Equal(
            [
                "payments (https://payments.internal) sent no response headers within the AttemptTimeout of 2 s, in attempt 1. " +
                "Find out why it is slow, or raise AttemptTimeout if it may take that long. This limit is not HttpClient.Timeout.",
                "gone",
            ],
            messages);
    }

    [Fact]
    public async Task The_long_poll_of_the_page_waits_longer_than_other_calls()
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock);
        #region long-poll
        // The server holds a poll for up to 60 s.
        var events = services.AddResilientHttpClient("events", options =>
        {
            options.AttemptTimeout = TimeSpan.FromSeconds(70);
            options.TotalTimeout = TimeSpan.FromSeconds(75);
        });
        #endregion
        events.ConfigurePrimaryHttpMessageHandler(
            () => new ScriptedServer(script => script.Slow(TimeSpan.FromSeconds(60)).Always(), _clock));
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("events");

        var response = await _clock.RunAsync(() => client.GetAsync("https://events.internal/next"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_fake_clock_of_the_page_moves_the_limits()
    {
        var server = new ScriptedServer(s => s.Hang().Always(), _clock);
        #region virtual-time
        var clock = new VirtualTimeProvider(); // or FakeTimeProvider
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddResilientHttpClient("payments", options => options.AttemptTimeout = TimeSpan.FromSeconds(2))
            .ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();
        var payments = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        var call = payments.PostAsync("https://payments.internal/charges", content: null);
        clock.Advance(TimeSpan.FromSeconds(2));
        var timeout = await Assert.ThrowsAsync<RequestTimedOutException>(() => call);
        #endregion
        Assert.Equal(TimeoutScope.Attempt, timeout.Scope);
    }

    [Fact]
    public async Task The_download_of_the_page_takes_as_long_as_it_flows()
    {
        var pauses = Enumerable.Repeat(TimeSpan.FromSeconds(4), 10).ToArray();
        using var app = App(
            new ScriptedServer(
                script =>
                    script
                        .Then((_, _) =>
                            Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new DripStream(_clock, pauses)) }))
                        .Always(), _clock));
        var reports = app.Client("reports");
        var file = new MemoryStream();
        const string url = "https://reports.internal/2026.csv";

        await _clock.RunAsync(async () =>
        {
            var cancellationToken = CancellationToken.None;
            #region download
            using var response = await reports.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            response.EnsureSuccessStatusCode();
            await response.Content.CopyToAsync(file, cancellationToken);
            #endregion
        });

        Assert.Equal(50, file.Length);
        Assert.Equal(TimeSpan.FromSeconds(40), _clock.Elapsed);
    }

    private TestApp App(HttpMessageHandler server) => TestApp.With(
        configuration => configuration.AddJsonFile(Checkout.PathOf("tests/Resilience.Http.Tests/Timeouts/timeouts.appsettings.json")),
        services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddResilientHttpClient("payments").ConfigurePrimaryHttpMessageHandler(() => server);
            services.AddResilientHttpClient("reports").ConfigurePrimaryHttpMessageHandler(() => server);
        });
}
