using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http;
using Resilience.Http.Dashboard.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the dashboard of the app's resilient HttpClients.</summary>
public static class ResilienceDashboardEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a live page that shows the circuits, traffic, latency and settings of all resilient clients. In Development, everyone can see
    /// it. In other environments it answers 403 until an authorization policy is added: <c>.RequireAuthorization("operators")</c>.
    /// </summary>
    /// <remarks>
    /// The page is read-only unless <see cref="ResilienceDashboardOptions.Steering"/> names a policy. Everything that it shows is also at
    /// <c>{path}/state</c>, as JSON, under the same policy. At most 16 viewers can watch at a time.
    /// </remarks>
    /// <param name="endpoints">The routes of the app.</param>
    /// <param name="path">The path of the page.</param>
    /// <param name="configure">Settings; <see langword="null"/> for a read-only page.</param>
    /// <returns>The endpoints of the dashboard, to add a policy.</returns>
    /// <exception cref="ArgumentException">The path is empty, is only a slash, or has parameters.</exception>
    /// <exception cref="InvalidOperationException">
    /// The app has no resilient client; or steering is on, but antiforgery or authorization services are missing.
    /// </exception>
    public static IEndpointConventionBuilder MapResilienceDashboard(
        this IEndpointRouteBuilder endpoints, string path = "/resilience", Action<ResilienceDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var normal = $"/{path.Trim('/')}";
        if (normal.Length == 1 || RoutePatternFactory.Parse(normal).Parameters.Count > 0)
        {
            throw new ArgumentException($"The dashboard needs a fixed path such as /resilience, but this one is '{path}'.", nameof(path));
        }

        if (endpoints.ServiceProvider.GetService<IServiceMonitor>() is null)
        {
            throw new InvalidOperationException(
                "The dashboard has nothing to show: the app has no resilient HttpClient. Add one with AddResilientHttpClient or " +
                "AddResilience.");
        }

        var options = new ResilienceDashboardOptions();
        configure?.Invoke(options);
        return DashboardEndpoints.Map(endpoints, normal, options);
    }
}
