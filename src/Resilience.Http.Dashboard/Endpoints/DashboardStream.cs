using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Resilience.Http.Dashboard.Steering;
using Resilience.Http.Dashboard.Streaming;

namespace Resilience.Http.Dashboard.Endpoints;

/// <summary>The server-sent events: the state when somebody comes, then each second what has changed, and transitions at once.</summary>
internal sealed class DashboardStream(ViewerHub hub, IHostApplicationLifetime lifetime, ILogger log)
{
    public async Task WriteAsync(HttpContext context)
    {
        if (!hub.TryJoin(context.Request.Headers["Last-Event-ID"], out var viewer))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            await context.Response
                .WriteAsync($"{ViewerHub.MostViewers} viewers are watching already. Close a page, or try again later.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            // A stream must not keep the app from stopping.
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            using var drops = viewer.Dropped.Register(static state => ((HttpContext)state!).Abort(), context);
            await TypedResults.ServerSentEvents(EventsAsync(viewer, ends.Token)).ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The viewer left, was dropped, or the app stops.
        }
        finally
        {
            if (viewer.Dropped.IsCancellationRequested)
            {
                log.ViewerDropped(Viewer.MostWaiting);
            }

            hub.Leave(viewer);
        }
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync(Viewer viewer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in viewer.ReadAsync(hub.Snapshot, cancellationToken).ConfigureAwait(false))
        {
            yield return item.ToEvent(hub.Instance);
        }
    }
}
