using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Resilience.Http;

namespace ResilientApi;

/// <summary>Answers 503 or 504 if a service that this API calls has failed. The resilient client has logged the reason.</summary>
internal sealed class ServiceFailureHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not (HttpRequestException or RequestTimedOutException))
        {
            return ValueTask.FromResult(false);
        }

        if (exception is CircuitOpenException { RetryAfter: { } wait })
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        context.Response.StatusCode = exception is RequestTimedOutException
            ? StatusCodes.Status504GatewayTimeout
            : StatusCodes.Status503ServiceUnavailable;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, Exception = exception });
    }
}
