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
        var page = Asset.Page
            .Replace("{{base}}", Encode(BaseOf(context.Request.Path)), StringComparison.Ordinal)
            .Replace("{{app}}", Encode(environment.ApplicationName), StringComparison.Ordinal)
            .Replace("{{environment}}", Encode(environment.EnvironmentName), StringComparison.Ordinal)
            .Replace("{{host}}", Encode(Environment.MachineName), StringComparison.Ordinal)
            .Replace("{{steers}}", steers ? "true" : "false", StringComparison.Ordinal);
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(page).ConfigureAwait(false);
    }

    /// <summary>
    /// Where the other files are, relative to the address of the page: a proxy may have cut a prefix from what the server sees of it.
    /// </summary>
    private static string BaseOf(PathString path) =>
        path.Value is [.., not '/'] text ? $"./{Uri.EscapeDataString(text[(text.LastIndexOf('/') + 1)..])}" : ".";

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
