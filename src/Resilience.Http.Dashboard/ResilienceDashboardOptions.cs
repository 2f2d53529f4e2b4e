namespace Resilience.Http;

/// <summary>Settings of the dashboard.</summary>
public sealed class ResilienceDashboardOptions
{
    /// <summary>
    /// The name of the authorization policy that a user needs to steer circuits: isolate, release and reset. The user must be
    /// authenticated, even if the policy does not require it, because every action is logged with the user's name.
    /// </summary>
    /// <value>Default: <see langword="null"/>, the dashboard is read-only.</value>
    public string? Steering { get; set; }
}
