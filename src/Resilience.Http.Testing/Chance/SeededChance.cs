namespace Resilience.Http.Testing.Chance;

/// <summary>The same numbers for the same seed, in the order in which they are drawn.</summary>
internal sealed class SeededChance(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    public double Next()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}
