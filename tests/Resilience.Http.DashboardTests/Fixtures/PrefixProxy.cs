using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.DashboardTests.Fixtures;

/// <summary>A reverse proxy that cuts a prefix from the path and says nothing of it, as many do.</summary>
internal sealed class PrefixProxy : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PrefixProxy(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<PrefixProxy> StartAsync(string prefix, Uri target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var http = new HttpClient { BaseAddress = target };
        app.Run(async context =>
        {
            var path = context.Request.Path.Value!;
            var inner = path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : "/not-there";
            using var response = await http.GetAsync(
                $"{inner}{context.Request.QueryString}", HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
            var buffer = new byte[64 * 1024];
            while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
