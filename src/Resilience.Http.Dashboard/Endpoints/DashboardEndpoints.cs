using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Resilience.Http.Dashboard.Access;
using Resilience.Http.Dashboard.Contract;
using Resilience.Http.Dashboard.Steering;
using Resilience.Http.Dashboard.Streaming;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Dashboard.Endpoints;

/// <summary>The endpoints of one dashboard. Each passes the same gate and has the same headers.</summary>
internal sealed class DashboardEndpoints
{
    private readonly string _path;
    private readonly IHostEnvironment _environment;
    private readonly IServiceMonitor _monitor;
    private readonly ILogger _log;
    private bool _isReported;

    private DashboardEndpoints(string path, IServiceProvider services)
    {
        _path = path;
        _environment = services.GetRequiredService<IHostEnvironment>();
        _monitor = services.GetRequiredService<IServiceMonitor>(); // from now on, traffic is counted
        _log = services.GetRequiredService<ILoggerFactory>().CreateLogger(DashboardLog.Category);
    }

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string path, ResilienceDashboardOptions options)
    {
        var services = routes.ServiceProvider;
        var dashboard = new DashboardEndpoints(path, services);
        var circuits = services.GetRequiredService<ICircuitRegistry>();
        var guard = options.Steering is { } policy ? new SteeringGuard(policy, services) : null;
        var hub = new ViewerHub(dashboard._monitor, circuits, services.GetRequiredService<TimeProvider>());
        var stream = new DashboardStream(hub, services.GetRequiredService<IHostApplicationLifetime>(), dashboard._log);
        var group = routes.MapGroup(path);
        group.WithMetadata(new OutputCacheAttribute { NoStore = true });
        dashboard.Get(group, "", new DashboardPage(dashboard._environment, guard).WriteAsync);
        dashboard.Get(group, "/events", stream.WriteAsync).WithMetadata(new DisableRequestTimeoutAttribute());
        dashboard.Get(group, "/state", context => WriteJsonAsync(context, hub.Snapshot()));
        dashboard.Get(group, "/settings", dashboard.WriteSettingsAsync);
        foreach (var asset in Asset.All)
        {
            dashboard.Get(group, $"/{asset.Name}", context => WriteAsync(context, asset));
        }

        if (guard is not null)
        {
            var steering = new CircuitSteering(circuits, services.GetService<IFleetSteering>(), dashboard._log);
            var endpoint = new SteeringEndpoint(guard, steering, dashboard._log);
            dashboard.Get(group, "/token", endpoint.GiveTokenAsync);
            group.MapPost("/steer", dashboard.Guarded(endpoint.SteerAsync)).WithDisplayName($"Resilience dashboard {path}/steer");
        }

        ((IEndpointConventionBuilder)group).Finally(dashboard.WarnIfAnonymous);
        return group;
    }

    private IEndpointConventionBuilder Get(RouteGroupBuilder group, string pattern, RequestDelegate handle) =>
        group.MapGet(pattern, Guarded(handle)).WithDisplayName($"Resilience dashboard {_path}{pattern}");

    private RequestDelegate Guarded(RequestDelegate handle) => context =>
    {
        SecurityHeaders.Apply(context.Response.Headers);
        if (AccessGate.Allows(_environment, context.GetEndpoint()))
        {
            return handle(context);
        }

        if (!Interlocked.Exchange(ref _isReported, true))
        {
            _log.AnswersNobody(_path, _environment.EnvironmentName);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    };

    private void WarnIfAnonymous(EndpointBuilder endpoint)
    {
        if (AccessGate.IsAnonymous(endpoint.Metadata) && !Interlocked.Exchange(ref _isReported, true))
        {
            _log.AnswersEverybody(_path);
        }
    }

    private Task WriteSettingsAsync(HttpContext context) => WriteJsonAsync(
        context,
        JsonSerializer.Serialize(
            _monitor.GetSettings(context.Request.Query["service"].ToString()), DashboardJson.Default.IReadOnlyListServiceSetting));

    private static Task WriteJsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    private static Task WriteAsync(HttpContext context, Asset asset)
    {
        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = asset.Content.Length;
        return context.Response.Body.WriteAsync(asset.Content, context.RequestAborted).AsTask();
    }
}
