using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

using Resilience.Http.DashboardTests.Fixtures;

namespace Resilience.Http.DashboardTests.Endpoints;

/// <summary>What leaves the process, and what does not.</summary>
public sealed class StateTests
{
    private const string Secret = "s3cr3t";

    [Fact]
    public async Task The_state_has_what_the_page_shows()
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);
        services.Show(SampleServices.Outage(TimeProvider.System.GetUtcNow()));

        var state = await app.Browse().GetFromJsonAsync<JsonElement>("/resilience/state");

        var payments = state.GetProperty("services").EnumerateArray().Single(service =>
            service.GetProperty("live").GetProperty("name").GetString() == "payments");
        var circuit = payments.GetProperty("live").GetProperty("circuits")[0];
        Assert.Equal("open", circuit.GetProperty("state").GetString());
        Assert.Equal("enforce", circuit.GetProperty("mode").GetString());
        Assert.Equal(7000, circuit.GetProperty("retryAfter").GetInt64());
        Assert.Equal(33_000, payments.GetProperty("live").GetProperty("longestBreak").GetDouble());
        Assert.Equal(60, payments.GetProperty("seconds").GetArrayLength());
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", payments.GetProperty("transitions")[0].GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task The_state_says_that_an_open_circuit_only_observes()
    {
        await using var app = await DashboardApp.StartAsync(services: services => services
            .AddResilientHttpClient("payments", static options =>
            {
                options.BaseAddress = new("https://payments.internal/");
                options.CircuitBreaker.Mode = HttpCircuitBreakerMode.Observe;
            }));
        app.Circuits.Isolate("payments", "migration");

        var state = await app.Browse().GetFromJsonAsync<JsonElement>("/resilience/state");

        var circuit = state.GetProperty("services")[0].GetProperty("live").GetProperty("circuits")[0];
        Assert.Equal(("isolated", "observe"), (circuit.GetProperty("state").GetString(), circuit.GetProperty("mode").GetString()));
    }

    /// <summary>A secret in each place that somebody may have put one: address, query, header, body, exception, fallback content.</summary>
    [Fact]
    public async Task No_secret_leaves_the_process()
    {
        var server = new FailingHandler($"GET https://bob:{Secret}/x@api.internal/v1?key={Secret} and /v2?token={Secret}#{Secret} failed");
        await using var app = await DashboardApp.StartAsync(services: services => services
            .AddResilientHttpClient("payments", options =>
            {
                options.BaseAddress = new($"https://bob:{Secret}@payments.internal/");
                options.Fallback.StatusCode = System.Net.HttpStatusCode.OK;
                options.Fallback.Content = Secret;
                options.Retry.Enabled = false;
                options.CircuitBreaker.FailureThreshold = 2;
            })
            .ConfigurePrimaryHttpMessageHandler(() => server));
        var http = app.Client("payments");
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {Secret}");
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.PostAsync($"charges?card={Secret}", new StringContent(Secret)));
        }

        using var browser = app.Browse();
        var state = await browser.GetStringAsync("/resilience/state");
        var settings = await browser.GetStringAsync("/resilience/settings?service=payments");
        await using var stream = await browser.GetStreamAsync("/resilience/events");
        var buffer = new byte[state.Length];
        await stream.ReadExactlyAsync(buffer);

        Assert.Contains("\"open\"", state);
        Assert.Contains("api.internal", state);
        Assert.Contains("payments.internal", settings);
        Assert.DoesNotContain(Secret, state);
        Assert.DoesNotContain(Secret, settings);
        Assert.DoesNotContain(Secret, System.Text.Encoding.UTF8.GetString(buffer));
    }

    [Fact]
    public async Task Settings_come_with_their_origin()
    {
        await using var app = await DashboardApp.StartAsync(services: services => services
            .AddResilientHttpClient("payments", static options => options.Retry.MaxRetries = 7));

        var settings = await app.Browse().GetFromJsonAsync<List<ServiceSetting>>("/resilience/settings?service=payments");

        Assert.Contains(new ServiceSetting("Retry:MaxRetries", "7", "code"), settings!);
        Assert.Contains(new ServiceSetting("TotalTimeout", "30s", "default"), settings!);
    }

    private sealed class FailingHandler(string message) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException(HttpRequestError.ConnectionError, message);
    }
}
