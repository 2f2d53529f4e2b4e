namespace Resilience.Http.Chaos.Faults;

internal static class Percent
{
    /// <summary>Whether one draw falls within so many of 100. 0 never does and 100 always, since chance stays below 1.</summary>
    public static bool Strikes(double percentage, Func<double> chance) => chance() * 100 < percentage;
}
