using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Resilience.Http.Dashboard.Steering;

namespace Resilience.Http.Dashboard.Endpoints;

/// <summary>The page. What it says about the app is put into its text; everything else comes later, as data.</summary>
internal sealed class DashboardPage(IHostEnvironment environment, SteeringGuard? guard)
{
    public async Task WriteAsync(HttpContext context)
    {
        var steers = guard is not null && await guard.AllowsAsync(context).ConfigureAwait(false);
        var path = $"{context.Request.PathBase}{context.Request.Path}".TrimEnd('/');
        var page = Asset.Page
            .Replace("{{base}}", Encode(path), StringComparison.Ordinal)
            .Replace("{{app}}", Encode(environment.ApplicationName), StringComparison.Ordinal)
            .Replace("{{environment}}", Encode(environment.EnvironmentName), StringComparison.Ordinal)
            .Replace("{{host}}", Encode(Environment.MachineName), StringComparison.Ordinal)
            .Replace("{{steers}}", steers ? "true" : "false", StringComparison.Ordinal);
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(page).ConfigureAwait(false);
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
