namespace Resilience.Http;

/// <summary>The endpoint handles its requests without a deadline, whatever they ask for: see <c>UseRequestDeadline</c>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class DisableRequestDeadlineAttribute : Attribute;
