using System.Diagnostics.CodeAnalysis;
using Resilience.Http.Dashboard.Access;
using Resilience.Http.Dashboard.Contract;

namespace Resilience.Http.Dashboard.Steering;

internal enum SteeringAction
{
    Isolate,
    Release,
    Reset,
}

/// <summary>A request to steer that is complete and in range.</summary>
internal sealed record SteeringOrder(
    SteeringAction Action, string Service, string? Authority, string Reason, TimeSpan Duration, bool AllReplicas)
{
    private const double UsualMinutes = 15;
    private const double MostMinutes = 24 * 60;
    private const int LongestReason = 200;

    /// <summary>Reads a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="order">What is to be done.</param>
    /// <param name="mistake">What is wrong with it.</param>
    public static bool TryRead(
        SteeringRequest? request, [NotNullWhen(true)] out SteeringOrder? order, [NotNullWhen(false)] out string? mistake)
    {
        var reason = SafeText.Redact(SafeText.OneLine(request?.Reason ?? "")).Trim();
        var minutes = request?.Minutes ?? UsualMinutes;
        SteeringAction? action = request?.Action switch
        {
            "isolate" => SteeringAction.Isolate,
            "release" => SteeringAction.Release,
            "reset" => SteeringAction.Reset,
            _ => null,
        };
        mistake = request switch
        {
            null => "The body must be a JSON object.",
            _ when action is null => "The action must be isolate, release or reset.",
            { Service: null } => "Name a service.",
            _ when reason.Length == 0 => "Give a reason.",
            _ when reason.Length > LongestReason => $"The reason must not be longer than {LongestReason} characters.",
            { Action: "release", AllReplicas: true } => "A release acts on one replica. Reset the circuit in all replicas instead.",
            _ when !(minutes is > 0 and <= MostMinutes) => "An isolation lasts up to 1,440 minutes.",
            _ => null,
        };
        var authority = request?.Authority is null or "" or "*" ? null : request.Authority;
        order = mistake is null
            ? new(action!.Value, request!.Service!, authority, reason, TimeSpan.FromMinutes(minutes), request.AllReplicas ?? false)
            : null;
        return order is not null;
    }
}
