using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.DashboardTests.Fixtures;

namespace Resilience.Http.DashboardTests.Endpoints;

/// <summary>Apps that have more than a dashboard: what else is in the pipeline must not break it.</summary>
public sealed class SetupTests
{
    private readonly FakeServices _services = new();

    [Fact]
    public async Task Compression_does_not_hold_events_back()
    {
        await using var app = await DashboardApp.StartAsync(
            services: services =>
            {
                _services.AddTo(services);
                services.AddResponseCompression(static options => options.MimeTypes = ["text/event-stream", "application/json"]);
            },
            middleware: static app => app.UseResponseCompression());
        await using var viewer = await EventReader.OpenAsync(app, decompress: true);
        Assert.Equal("snapshot", (await viewer.NextAsync()).Kind);

        _services.Show(SampleServices.Outage(TimeProvider.System.GetUtcNow()));

        Assert.Contains("payments", (await viewer.NextAsync()).Data);
    }

    [Fact]
    public async Task A_cache_for_all_responses_does_not_keep_those_of_the_dashboard()
    {
        await using var app = await DashboardApp.StartAsync(
            services: services =>
            {
                _services.AddTo(services);
                services.AddOutputCache(static options => options.AddBasePolicy(static policy => policy.Expire(TimeSpan.FromHours(1))));
            },
            middleware: static app => app.UseOutputCache());
        using var http = app.Browse();
        var before = await http.GetStringAsync("/resilience/state");

        _services.Show(SampleServices.Outage(TimeProvider.System.GetUtcNow()));

        Assert.DoesNotContain("payments", before);
        Assert.Contains("payments", await http.GetStringAsync("/resilience/state"));
    }

    [Fact]
    public async Task A_timeout_for_all_requests_does_not_end_the_stream()
    {
        await using var app = await DashboardApp.StartAsync(
            services: services =>
            {
                _services.AddTo(services);
                services.AddRequestTimeouts(static options => options.DefaultPolicy = new() { Timeout = TimeSpan.FromMilliseconds(1) });
            },
            middleware: static app => app.UseRequestTimeouts());
        await using var viewer = await EventReader.OpenAsync(app);
        Assert.Equal("snapshot", (await viewer.NextAsync()).Kind);

        for (var i = 0; i < 5; i++)
        {
            await Task.Delay(20); // The request timeouts of ASP.NET Core run on the real clock.
            _services.Show([]);
            Assert.Equal("tick", (await viewer.NextAsync()).Kind);
        }
    }

    [Fact]
    public async Task Over_http_2_events_come_as_over_http_1()
    {
        await using var app = await DashboardApp.StartAsync(services: services =>
        {
            _services.AddTo(services);
            services.Configure<KestrelServerOptions>(static kestrel =>
                kestrel.ConfigureEndpointDefaults(static listen => listen.Protocols = HttpProtocols.Http2));
        });
        await using var viewer = await EventReader.OpenAsync(app, version: HttpVersion.Version20);
        Assert.Equal("snapshot", (await viewer.NextAsync()).Kind);

        _services.Show([]);

        Assert.Equal("tick", (await viewer.NextAsync()).Kind);
    }

    [Fact]
    public async Task The_headers_of_the_dashboard_replace_those_of_the_app()
    {
        await using var app = await DashboardApp.StartAsync(services: _services.AddTo, middleware: static app => app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'";
            context.Response.Headers.CacheControl = "public, max-age=3600";
            return next(context);
        }));

        using var response = await app.Browse().GetAsync("/resilience");

        Assert.StartsWith("default-src 'self';", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("/resilience", "./resilience/")]
    [InlineData("/resilience/", "./")]
    [InlineData("/shop/resilience", "./resilience/")]
    public async Task The_page_names_its_files_relative_to_its_own_address(string path, string expected)
    {
        await using var app = await DashboardApp.StartAsync(services: _services.AddTo, middleware: static app => app.UsePathBase("/shop"));

        var page = await app.Browse().GetStringAsync(path);

        Assert.Contains($"href=\"{expected}dashboard.css\"", page);
        var files = new Uri(new Uri(app.Address, path), expected + "dashboard.js");
        using var file = await app.Browse().GetAsync(files);
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
    }

    [Fact]
    public async Task A_policy_of_the_group_protects_the_dashboard_in_it()
    {
        await using var app = await DashboardApp.StartAsync(
            "Production", _services.AddTo, routes: static app => app.MapGroup("/admin").RequireAuthorization(DashboardApp.Operators));
        using var alice = await app.Browse("alice").GetAsync("/admin/resilience/state");
        using var mallory = await app.Browse("mallory").GetAsync("/admin/resilience/state");

        Assert.Equal(HttpStatusCode.OK, alice.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, mallory.StatusCode);
    }

    [Fact]
    public async Task A_fallback_policy_of_the_app_alone_does_not_open_the_dashboard()
    {
        await using var app = await DashboardApp.StartAsync("Production", services =>
        {
            _services.AddTo(services);
            services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder()
                .RequireAuthenticatedUser().Build());
        });

        using var response = await app.Browse("alice").GetAsync("/resilience");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Two_apps_in_one_process_show_their_own_services()
    {
        await using var first = await DashboardApp.StartAsync(services: static services => services.AddResilientHttpClient("payments"));
        await using var second = await DashboardApp.StartAsync(services: static services => services.AddResilientHttpClient("stock"));

        Assert.Equal(["payments"], await NamesAsync(first));
        Assert.Equal(["stock"], await NamesAsync(second));
    }

    [Fact]
    public async Task A_dashboard_may_be_mapped_twice_with_different_policies()
    {
        await using var app = await DashboardApp.StartAsync(
            "Production",
            _services.AddTo,
            conventions: static dashboard => dashboard.RequireAuthorization(DashboardApp.Operators),
            middleware: static app => app.MapResilienceDashboard("/status").AllowAnonymous());
        using var http = app.Browse();
        using var open = await http.GetAsync("/status");
        using var closed = await http.GetAsync("/resilience");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (open.StatusCode, closed.StatusCode));
    }

    [Fact]
    public async Task The_culture_of_a_request_changes_no_figure()
    {
        await using var app = await DashboardApp.StartAsync(
            services: static services => services.AddResilientHttpClient(
                "payments",
                static options => (options.CircuitBreaker.FailureRatio, options.Retry.BaseDelay) = (0.25, TimeSpan.FromSeconds(1.5))),
            middleware: static app => app.Use((context, next) =>
            {
                CultureInfo.CurrentCulture = German();
                return next(context);
            }));
        using var http = app.Browse();

        var settings = await http.GetFromJsonAsync<List<ServiceSetting>>("/resilience/settings?service=payments");

        Assert.Contains(settings!, static setting => setting is { Key: "CircuitBreaker:FailureRatio", Value: "0.25" });
        Assert.Contains(settings!, static setting => setting is { Key: "Retry:BaseDelay", Value: "1500ms" });
    }

    [Fact]
    public async Task The_api_description_of_the_app_does_not_list_the_dashboard()
    {
        await using var app = await DashboardApp.StartAsync(
            services: services =>
            {
                _services.AddTo(services);
                services.AddEndpointsApiExplorer();
            },
            configure: static options => options.Steering = DashboardApp.Operators,
            middleware: static app => app.MapGet("/orders", static () => "none"));

        var descriptions = app.Services.GetRequiredService<IApiDescriptionGroupCollectionProvider>().ApiDescriptionGroups;

        var description = Assert.Single(descriptions.Items.SelectMany(static group => group.Items));
        Assert.Equal("orders", description.RelativePath);
    }

    /// <summary>What of it matters here: not every machine has its data.</summary>
    private static CultureInfo German()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
        return culture;
    }

    private static async Task<IEnumerable<string>> NamesAsync(DashboardApp app)
    {
        var state = await app.Browse().GetFromJsonAsync<JsonElement>("/resilience/state");
        return
        [
            .. state.GetProperty("services").EnumerateArray()
                .Select(static service => service.GetProperty("live").GetProperty("name").GetString()!),
        ];
    }
}
