namespace Resilience.Http;

/// <summary>
/// Opts an endpoint out of <c>UseRequestDeadline</c>: it handles its requests without a deadline, even if they have the header.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class DisableRequestDeadlineAttribute : Attribute;
