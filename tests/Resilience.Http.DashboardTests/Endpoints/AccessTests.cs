using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Resilience.Http.DashboardTests.Fixtures;

namespace Resilience.Http.DashboardTests.Endpoints;

/// <summary>Who gets in, and what every response says to the browser.</summary>
public sealed class AccessTests
{
    private static readonly string[] Paths = ["", "/events", "/state", "/settings?service=payments", "/dashboard.js", "/icon.svg"];

    [Fact]
    public async Task In_Development_everyone_has_access()
    {
        await using var app = await DashboardApp.StartAsync(services: new FakeServices().AddTo);

        using var response = await app.Browse().GetAsync("/resilience");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("Demo")]
    public async Task Outside_of_Development_no_one_has_access_without_a_policy(string environment)
    {
        await using var app = await DashboardApp.StartAsync(environment, new FakeServices().AddTo);
        using var http = app.Browse("alice");

        foreach (var path in Paths)
        {
            using var response = await http.GetAsync($"/resilience{path}", HttpCompletionOption.ResponseHeadersRead);

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Empty(await response.Content.ReadAsStringAsync());
        }

        Assert.Single(app.Log.Lines, line => line.Text.Contains("answers every request with 403"));
    }

    [Fact]
    public async Task A_forwarded_address_does_not_open_the_dashboard()
    {
        await using var app = await DashboardApp.StartAsync("Production", new FakeServices().AddTo);
        using var http = app.Browse();
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "127.0.0.1");
        http.DefaultRequestHeaders.Add("X-Forwarded-Host", "localhost");

        using var response = await http.GetAsync("/resilience");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("mallory", HttpStatusCode.Forbidden)]
    [InlineData("alice", HttpStatusCode.OK)]
    public async Task A_policy_decides_who_gets_in(string? user, HttpStatusCode expected)
    {
        await using var app = await DashboardApp.StartAsync(
            "Production",
            new FakeServices().AddTo,
            conventions: static dashboard => dashboard.RequireAuthorization(DashboardApp.Operators));
        using var http = app.Browse(user);

        foreach (var path in Paths)
        {
            using var response = await http.GetAsync($"/resilience{path}", HttpCompletionOption.ResponseHeadersRead);

            Assert.Equal(expected, response.StatusCode);
        }
    }

    [Fact]
    public async Task AllowAnonymous_grants_access_to_everyone_and_logs_a_warning()
    {
        await using var app = await DashboardApp.StartAsync(
            "Production", new FakeServices().AddTo, conventions: static dashboard => dashboard.AllowAnonymous());

        using var response = await app.Browse().GetAsync("/resilience");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(app.Log.Lines, line => line is { Level: LogLevel.Warning } && line.Text.Contains("Everyone can open the dashboard"));
    }

    [Fact]
    public async Task Every_response_has_the_security_headers()
    {
        await using var app = await DashboardApp.StartAsync(services: new FakeServices().AddTo);
        using var http = app.Browse();

        foreach (var path in Paths)
        {
            using var response = await http.GetAsync($"/resilience{path}", HttpCompletionOption.ResponseHeadersRead);

            Assert.StartsWith("default-src 'self';", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
            Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
            Assert.True(response.Headers.CacheControl?.NoStore);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/{tenant}/resilience")]
    public async Task A_path_that_is_not_fixed_is_refused(string path)
    {
        await using var app = await DashboardApp.StartAsync(services: new FakeServices().AddTo);

        Assert.Throws<ArgumentException>(() => app.Routes.MapResilienceDashboard(path));
    }

    [Fact]
    public async Task Mapping_the_dashboard_without_a_resilient_client_throws_with_an_explanation()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        var exception = Assert.Throws<InvalidOperationException>(() => app.MapResilienceDashboard());

        Assert.Contains("no resilient HttpClient", exception.Message);
    }

    /// <summary>Whatever comes in: no error of the server, and nothing of it in the answer.</summary>
    [Fact]
    public async Task Malformed_requests_cause_no_server_error()
    {
        await using var app = await DashboardApp.StartAsync(
            services: new FakeServices().AddTo, configure: static options => options.Steering = DashboardApp.Operators);
        using var http = app.Browse("alice");
        var seed = Environment.TickCount;
        var random = new Random(seed);
        HttpMethod[] methods = [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Head, HttpMethod.Options];
        for (var i = 0; i < 400; i++)
        {
            using var request = new HttpRequestMessage(methods[random.Next(methods.Length)], random.Next(3) switch
            {
                0 => $"/resilience/{RandomText(random, 30)}",
                1 => $"/resilience/settings?service={Uri.EscapeDataString(RandomText(random, 200))}",
                _ => "/resilience/steer",
            });
            var site = random.Next(2) == 0 ? "same-origin" : Uri.EscapeDataString(RandomText(random, 20));
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
            var body = new StringContent(RandomText(random, 100), null, "application/json");
            request.Content = request.Method == HttpMethod.Post ? body : null;
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

            Assert.True((int)response.StatusCode < 500, $"{request.Method} {request.RequestUri}: {response.StatusCode}, seed {seed}");
        }
    }

    /// <summary>Any printable text that is a path to HttpClient too.</summary>
    private static string RandomText(Random random, int longest) =>
        string.Concat(Enumerable.Range(0, random.Next(longest)).Select(_ => (char)random.Next(32, 126)))
            .Replace('#', '-').Replace('\\', '/');
}
