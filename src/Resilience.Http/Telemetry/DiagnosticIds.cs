namespace Resilience.Http.Telemetry;

/// <summary>
/// Ids of mistakes in how clients are put together. They stand at the beginning of a warning, in the docs, and never change.
/// </summary>
internal static class DiagnosticIds
{
    /// <summary>Two layers repeat one call.</summary>
    public const string SecondLayer = "RHTTP001";

    /// <summary>The name of a client holds the version of an assembly.</summary>
    public const string VersionInName = "RHTTP002";
}
