using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Dashboard.Access;

namespace Resilience.Http.Dashboard.Steering;

/// <summary>
/// Decides who may steer. It asks the policy itself: an AllowAnonymous() on the dashboard would switch off the authorization middleware for
/// all of its endpoints.
/// </summary>
internal sealed class SteeringGuard
{
    private readonly string _policy;
    private readonly IAntiforgery _antiforgery;
    private readonly IAuthorizationPolicyProvider _policies;

    /// <exception cref="InvalidOperationException">The app lacks a service that steering needs.</exception>
    public SteeringGuard(string policy, IServiceProvider services)
    {
        _policy = policy;
        _antiforgery = Required<IAntiforgery>(services, "AddAntiforgery()");
        _policies = Required<IAuthorizationPolicyProvider>(services, "AddAuthorization()");
        Required<IPolicyEvaluator>(services, "AddAuthorization()");
    }

    /// <summary>Whether a user may steer. One without a name for the audit log may not.</summary>
    public async Task<bool> AllowsAsync(HttpContext context)
    {
        var policy = await _policies.GetPolicyAsync(_policy).ConfigureAwait(false) ?? throw new InvalidOperationException(
            $"The dashboard's Steering policy '{_policy}' does not exist. Add it with AddAuthorization(o => o.AddPolicy(\"{_policy}\", " +
            "...)).");
        var evaluator = context.RequestServices.GetRequiredService<IPolicyEvaluator>();
        var authenticated = await evaluator.AuthenticateAsync(policy, context).ConfigureAwait(false);
        var result = await evaluator.AuthorizeAsync(policy, authenticated, context, context).ConfigureAwait(false);
        return result.Succeeded && context.User.Identity is { IsAuthenticated: true };
    }

    /// <returns>Why a request is refused, with the status; <see langword="null"/> if it may be carried out.</returns>
    public async Task<(int Status, string Why)?> RefusesAsync(HttpContext context)
    {
        if (!SameOrigin.Sent(context.Request))
        {
            return (StatusCodes.Status403Forbidden, "The request was not sent by a page of this site.");
        }

        if (!await AllowsAsync(context).ConfigureAwait(false))
        {
            return context.User.Identity is { IsAuthenticated: true }
                ? (StatusCodes.Status403Forbidden, "You are not allowed to steer circuits.")
                : (StatusCodes.Status401Unauthorized, "Sign in to steer circuits.");
        }

        return await _antiforgery.IsRequestValidAsync(context).ConfigureAwait(false)
            ? null
            : (StatusCodes.Status400BadRequest, "The antiforgery token is missing or out of date. Reload the page.");
    }

    public AntiforgeryTokenSet Tokens(HttpContext context) => _antiforgery.GetAndStoreTokens(context);

    public static string NameOf(ClaimsPrincipal user) => SafeText.OneLine(
        user.Identity?.Name ?? user.FindFirstValue(ClaimTypes.NameIdentifier) ?? user.FindFirstValue("sub") ?? "an unnamed user");

    private static T Required<T>(IServiceProvider services, string call) where T : class =>
        services.GetService<T>() ?? throw new InvalidOperationException(
            $"Steering with the dashboard needs builder.Services.{call}. Call it before the app is built, or leave Steering unset.");
}
