using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Resilience.Http;
using WebApi.Clients;

namespace WebApi.Conventions;

/// <summary>Turns exceptions into problem details that name the service and the reason.</summary>
internal sealed class ExceptionProblems(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (Describe(exception) is not { } problem)
        {
            return ValueTask.FromResult(false);
        }

        if (WaitOf(exception) is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        context.Response.StatusCode = problem.Status!.Value;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem, Exception = exception });
    }

    private static TimeSpan? WaitOf(Exception exception) => exception switch
    {
        CircuitOpenException open => open.RetryAfter,
        PaymentsBusyException busy => busy.RetryAfter,
        _ => null,
    };

    private static ProblemDetails? Describe(Exception exception) => exception switch
    {
        BadHttpRequestException bad => Problem(bad.StatusCode, "The request cannot be read", bad.InnerException?.Message ?? bad.Message),
        CircuitOpenException open => Problem(StatusCodes.Status503ServiceUnavailable, $"{open.ServiceName} is unavailable", open.Message),
        PaymentsBusyException busy => Problem(StatusCodes.Status503ServiceUnavailable, "payments is unavailable", busy.Message),
        RequestTimedOutException late =>
            Problem(StatusCodes.Status504GatewayTimeout, $"{late.ServiceName} did not answer in time", late.Message),
        OperationCanceledException { InnerException: TimeoutException } late =>
            Problem(StatusCodes.Status504GatewayTimeout, "A service behind this API did not answer in time", late.Message),
        HttpRequestException or HttpIOException =>
            Problem(StatusCodes.Status502BadGateway, "A service behind this API failed", Explain(exception)),
        _ => null,
    };

    /// <summary>The message with those of the inner exceptions: "an error occurred" alone does not help.</summary>
    private static string Explain(Exception exception)
    {
        var messages = new List<string>();
        for (var each = exception; each is not null; each = each.InnerException)
        {
            if (!messages.Exists(message => message.Contains(each.Message, StringComparison.Ordinal)))
            {
                messages.Add(each.Message);
            }
        }

        return string.Join(" ", messages);
    }

    private static ProblemDetails Problem(int status, string title, string detail) =>
        new() { Status = status, Title = title, Detail = detail };
}
