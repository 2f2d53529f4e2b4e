using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.DashboardTests.Fixtures;

/// <summary>An app with a dashboard, on a real socket.</summary>
internal sealed class DashboardApp : IAsyncDisposable
{
    public const string Operators = "operators";

    private readonly WebApplication _app;

    private DashboardApp(WebApplication app, AppLog log) => (_app, Log) = (app, log);

    public AppLog Log { get; }

    public Uri Address => new(_app.Urls.Single());

    public Uri Page => new(Address, "/resilience");

    public IEndpointRouteBuilder Routes => _app;

    public IServiceProvider Services => _app.Services;

    public ICircuitRegistry Circuits => Services.GetRequiredService<ICircuitRegistry>();

    public static async Task<DashboardApp> StartAsync(
        string environment = "Development",
        Action<IServiceCollection>? services = null,
        Action<ResilienceDashboardOptions>? configure = null,
        Action<IEndpointConventionBuilder>? conventions = null,
        string url = "http://127.0.0.1:0",
        Action<WebApplication>? middleware = null,
        Func<WebApplication, IEndpointRouteBuilder>? routes = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            EnvironmentName = environment,
            ApplicationName = "Shop",
        });
        var log = new AppLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls(url);
        builder.Services.AddAuthentication(TestUser.SchemeName).AddScheme<AuthenticationSchemeOptions, TestUser>(TestUser.SchemeName, null);
        builder.Services.AddAuthorization(options => options.AddPolicy(Operators, policy => policy.RequireUserName("alice")));
        builder.Services.AddAntiforgery();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        middleware?.Invoke(app);
        app.UseAuthentication();
        app.UseAuthorization();
        var dashboard = (routes?.Invoke(app) ?? app).MapResilienceDashboard("/resilience", configure);
        conventions?.Invoke(dashboard);
        await app.StartAsync();
        return new(app, log);
    }

    public HttpClient Client(string name) => Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>A client of the dashboard itself.</summary>
    public HttpClient Browse(string? user = null, bool decompress = false)
    {
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = decompress ? DecompressionMethods.All : DecompressionMethods.None,
        };
        var http = new HttpClient(handler) { BaseAddress = Address };
        if (user is not null)
        {
            http.DefaultRequestHeaders.Add("Cookie", $"user={user}");
        }

        return http;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

internal sealed class AppLog : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Category, string Text)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(AppLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (IsEnabled(level))
            {
                log.Lines.Enqueue((level, category, format(state, exception)));
            }
        }
    }
}
