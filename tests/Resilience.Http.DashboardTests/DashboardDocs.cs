using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.DashboardTests;

/// <summary>The snippets of the documentation.</summary>
internal static class DashboardDocs
{
    public static void Map(WebApplication app)
    {
        #region map
        app.MapResilienceDashboard("/resilience");
        #endregion
    }

    public static void Protect(WebApplicationBuilder builder)
    {
        #region policies
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("staff", policy => policy.RequireAuthenticatedUser())
            .AddPolicy("operators", policy => policy.RequireRole("operator"));
        builder.Services.AddAntiforgery();
        #endregion
    }

    public static void Protect(WebApplication app)
    {
        #region protect
        app.MapResilienceDashboard("/resilience", options => options.Steering = "operators")
            .RequireAuthorization("staff");
        #endregion
    }

    public static void Read(WebApplication app)
    {
        #region monitor
        app.MapGet("/down", (IServiceMonitor monitor) =>
            from service in monitor.GetAll()
            from circuit in service.Circuits
            where circuit.State == CircuitState.Open
            select new { service.ServiceName, circuit.Since, circuit.Reason });
        #endregion
    }
}
