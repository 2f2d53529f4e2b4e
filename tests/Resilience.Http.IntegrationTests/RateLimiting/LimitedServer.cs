using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.RateLimiting;

/// <summary>Kestrel with ASP.NET Core's own rate limiter, which has a quota for each tenant and sends Retry-After.</summary>
internal sealed class LimitedServer : IAsyncDisposable
{
    public const string TenantHeader = "X-Tenant";

    private readonly WebApplication _app;

    private LimitedServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>When requests arrived, and whether they were rejected.</summary>
    public ConcurrentQueue<(long At, int Status)> Arrivals { get; } = [];

    /// <summary>The wait that the last rejection asked for.</summary>
    public TimeSpan Asked { get; private set; }

    /// <param name="quotaOf">The quota of a tenant.</param>
    public static async Task<LimitedServer> StartAsync(Func<string, FixedWindowRateLimiterOptions> quotaOf)
    {
        LimitedServer server = null!;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(
                context => RateLimitPartition.GetFixedWindowLimiter($"{context.Request.Headers[TenantHeader]}", quotaOf));
            options.OnRejected = (context, _) =>
            {
                server.Ask(context.Lease, context.HttpContext.Response);
                return ValueTask.CompletedTask;
            };
        });
        var app = builder.Build();
        server = new LimitedServer(app);
        app.Use(server.RecordAsync);
        app.UseRateLimiter();
        app.MapGet("/", () => "ok");
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        var at = TimeProvider.System.GetTimestamp();
        await next(context);
        Arrivals.Enqueue((at, context.Response.StatusCode));
    }

    /// <summary>Whole seconds, rounded up: rounded down, clients would be back before there is anything for them.</summary>
    private void Ask(RateLimitLease lease, HttpResponse response)
    {
        Asked = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.Zero;
        response.Headers.RetryAfter = Math.Ceiling(Asked.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }
}
