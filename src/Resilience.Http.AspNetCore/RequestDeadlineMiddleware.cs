using Microsoft.AspNetCore.Http;
using Resilience.Http.Deadlines;

namespace Resilience.Http.AspNetCore;

/// <summary>Puts the deadline of a request in force while it is handled.</summary>
internal sealed class RequestDeadlineMiddleware(RequestDelegate next, DeadlineFields fields, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context) =>
        fields.Read(context.Request.Headers) is { } remaining && !IsDisabled(context) ? BoundAsync(context, remaining) : next(context);

    private static bool IsDisabled(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<DisableRequestDeadlineAttribute>() is not null;

    /// <summary>Async, so that what it does to the execution context never reaches the server.</summary>
    private async Task BoundAsync(HttpContext context, TimeSpan remaining)
    {
        using var deadline = AmbientDeadline.Begin(remaining, clock);
        context.Response.OnStarting(
            static state =>
            {
                var (context, deadline) = ((HttpContext, AmbientDeadline))state;
                if (ResponseKind.IsStream(context))
                {
                    deadline.End();
                }

                return Task.CompletedTask;
            },
            (context, deadline));
        await next(context).ConfigureAwait(false);
    }
}
