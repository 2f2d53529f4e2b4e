using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Dashboard.Access;

/// <summary>
/// Outside Development, access is denied until the app adds a policy. The address of the caller does not count: behind a proxy it is that
/// of the proxy, or what the caller claims.
/// </summary>
internal static class AccessGate
{
    public static bool Allows(IHostEnvironment environment, Endpoint? endpoint) =>
        environment.IsDevelopment() || IsProtected(endpoint?.Metadata) || IsAnonymous(endpoint?.Metadata);

    /// <summary>If it has a policy, the authorization middleware has let the request through; without it ASP.NET Core throws.</summary>
    public static bool IsProtected(IEnumerable<object>? metadata) =>
        metadata?.Any(static item => item is IAuthorizeData or AuthorizationPolicy) == true;

    public static bool IsAnonymous(IEnumerable<object>? metadata) => metadata?.Any(static item => item is IAllowAnonymous) == true;
}
