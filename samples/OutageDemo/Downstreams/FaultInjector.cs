using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace OutageDemo.Downstreams;

/// <summary>Applies the service's current fault to a request.</summary>
internal sealed class FaultInjector(TimeProvider clock, Func<double> chance)
{
    public Task InvokeAsync(HttpContext context, FaultSetting setting, RequestDelegate answer) => setting.Fault switch
    {
        Fault.Down => Answer(context, HttpStatusCode.ServiceUnavailable),
        Fault.Flaky when chance() < setting.Share => Answer(context, HttpStatusCode.ServiceUnavailable),
        Fault.Slow => AnswerLateAsync(context, setting.Delay, answer),
        Fault.Hang => UntilTheCallerGivesUpAsync(context),
        Fault.Reset => Reset(context),
        Fault.Throttled => Throttle(context, setting.RetryAfter),
        Fault.Stall => StallAsync(context),
        _ => answer(context),
    };

    private static Task Answer(HttpContext context, HttpStatusCode status)
    {
        context.Response.StatusCode = (int)status;
        return Task.CompletedTask;
    }

    private static Task Throttle(HttpContext context, TimeSpan retryAfter)
    {
        context.Response.Headers.RetryAfter = new RetryConditionHeaderValue(retryAfter).ToString();
        return Answer(context, HttpStatusCode.TooManyRequests);
    }

    private async Task AnswerLateAsync(HttpContext context, TimeSpan delay, RequestDelegate answer)
    {
        await Task.Delay(delay, clock, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!context.RequestAborted.IsCancellationRequested)
        {
            await answer(context);
        }
    }

    private static async Task UntilTheCallerGivesUpAsync(HttpContext context) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Aborting the transport's connection makes Kestrel close its socket with a linger of zero: the peer gets a RST.</summary>
    private static Task Reset(HttpContext context)
    {
        context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
        return Task.CompletedTask;
    }

    private static async Task StallAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 100;
        await context.Response.WriteAsync("{\"id\"", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await UntilTheCallerGivesUpAsync(context);
        context.Abort();
    }
}
