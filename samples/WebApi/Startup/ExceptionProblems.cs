using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace WebApi.Startup;

/// <summary>Turns what went wrong into a problem-details answer that says so.</summary>
internal sealed class ExceptionProblems(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (Describe(exception) is not { } problem)
        {
            return ValueTask.FromResult(false);
        }

        context.Response.StatusCode = problem.Status!.Value;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem, Exception = exception });
    }

    private static ProblemDetails? Describe(Exception exception) => exception switch
    {
        BadHttpRequestException bad => Problem((HttpStatusCode)bad.StatusCode, "The request cannot be read", bad.InnerException?.Message ?? bad.Message),
        TaskCanceledException { InnerException: TimeoutException } late => Problem(HttpStatusCode.GatewayTimeout, "A service did not answer in time", Explain(late)),
        HttpRequestException failed => Problem(HttpStatusCode.BadGateway, "A service failed", Explain(failed)),
        _ => null,
    };

    /// <summary>The message with those of the exceptions inside it: "an error occurred" alone helps nobody.</summary>
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

    private static ProblemDetails Problem(HttpStatusCode status, string title, string detail) =>
        new() { Status = (int)status, Title = title, Detail = detail };
}
