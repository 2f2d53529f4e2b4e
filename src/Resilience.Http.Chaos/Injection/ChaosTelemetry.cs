namespace Resilience.Http.Chaos.Injection;

/// <summary>The names under which injected faults are seen. The meter is that of the middleware.</summary>
internal static class ChaosTelemetry
{
    /// <summary>Counts injected faults, and in a dry run those that would have been.</summary>
    public const string Injected = "resilience.http.chaos.injected";

    /// <summary>The event on the span of the call.</summary>
    public const string InjectedEvent = "resilience.chaos.injected";

    public const string Fault = "resilience.chaos.fault";
    public const string DryRun = "resilience.chaos.dry_run";

    /// <summary>On every response that a fault has touched: which kinds, in their order.</summary>
    public const string Header = "Resilience-Chaos";

    /// <summary>In <see cref="Exception.Data"/> of every exception that was injected.</summary>
    public const string ExceptionMark = "resilience.chaos";
}
