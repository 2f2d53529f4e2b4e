using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Resilience.Http.Dashboard.Contract;

namespace Resilience.Http.Dashboard.Steering;

/// <summary>Reads what a user asks for, if the user may ask for it. What is refused is logged with the user's name.</summary>
internal sealed class SteeringEndpoint(SteeringGuard guard, CircuitSteering steering, ILogger log)
{
    private const int LongestBody = 8 * 1024;

    public async Task GiveTokenAsync(HttpContext context)
    {
        if (!await guard.AllowsAsync(context).ConfigureAwait(false))
        {
            await AnswerAsync(context, StatusCodes.Status403Forbidden, "You are not allowed to steer circuits.").ConfigureAwait(false);
            return;
        }

        var tokens = guard.Tokens(context);
        await context.Response
            .WriteAsJsonAsync(new TokenView(tokens.HeaderName ?? "", tokens.RequestToken ?? ""), DashboardJson.Default.TokenView)
            .ConfigureAwait(false);
    }

    public async Task SteerAsync(HttpContext context)
    {
        var (status, message) = await HandleAsync(context).ConfigureAwait(false);
        if (status != StatusCodes.Status200OK)
        {
            log.Refused(SteeringGuard.NameOf(context.User), status, message);
        }

        await AnswerAsync(context, status, message).ConfigureAwait(false);
    }

    private async Task<(int Status, string Message)> HandleAsync(HttpContext context)
    {
        if (await guard.RefusesAsync(context).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        if (!context.Request.HasJsonContentType() || context.Request.ContentLength is not <= LongestBody)
        {
            return (StatusCodes.Status415UnsupportedMediaType, $"Send JSON of a known length, at most {LongestBody} bytes.");
        }

        SteeringRequest? request;
        try
        {
            request = await JsonSerializer
                .DeserializeAsync(context.Request.Body, DashboardJson.Default.SteeringRequest, context.RequestAborted)
                .ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return (StatusCodes.Status400BadRequest, "The body is not the JSON of a steering request.");
        }

        return SteeringOrder.TryRead(request, out var order, out var mistake)
            ? await CarryOutAsync(order, SteeringGuard.NameOf(context.User)).ConfigureAwait(false)
            : (StatusCodes.Status400BadRequest, mistake);
    }

    private async Task<(int Status, string Message)> CarryOutAsync(SteeringOrder order, string user)
    {
        try
        {
            return (StatusCodes.Status200OK, await steering.CarryOutAsync(order, user).ConfigureAwait(false));
        }
        catch (ArgumentException exception)
        {
            return (StatusCodes.Status404NotFound, WithoutParameter(exception));
        }
        catch (InvalidOperationException exception)
        {
            return (StatusCodes.Status409Conflict, exception.Message);
        }
    }

    /// <summary>The name of a parameter of <see cref="ICircuitRegistry"/> means nothing to a user of the page.</summary>
    private static string WithoutParameter(ArgumentException exception) =>
        exception.ParamName is { } name
            ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
            : exception.Message;

    private static Task AnswerAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new SteeringAnswer(status == StatusCodes.Status200OK, message), DashboardJson.Default.SteeringAnswer);
    }
}
