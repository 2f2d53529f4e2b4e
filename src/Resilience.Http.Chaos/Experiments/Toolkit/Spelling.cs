namespace Resilience.Http.Chaos.Experiments.Toolkit;

internal static class Spelling
{
    public static string? Nearest(string name, IEnumerable<string> known) => null;
}
