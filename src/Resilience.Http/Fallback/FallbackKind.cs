namespace Resilience.Http.Fallback;

/// <summary>Which fallback answered, as the <c>Resilience-Fallback</c> header and the tags say it.</summary>
internal static class FallbackKind
{
    public const string Header = "Resilience-Fallback";
    public const string Delegate = "delegate";
    public const string Stale = "stale";
    public const string Default = "default";
}
