namespace Resilience.Http.Pipeline;

/// <summary>The chance of a running app, in the one place where it may be taken from the system.</summary>
internal static class SystemChance
{
#pragma warning disable RS0030 // This is the source that is injected everywhere else.
    public static double Next() => Random.Shared.NextDouble();
#pragma warning restore RS0030
}
