namespace Resilience.Http.Benchmarks.Goals;

/// <summary>A figure that the library has set itself.</summary>
/// <param name="What">What is measured.</param>
/// <param name="MeasureAsync">Measures it; several goals may share one measurement.</param>
/// <param name="Limit">What it is to be; nothing for a figure that is there for comparison.</param>
internal sealed record Goal(string What, Func<Task<string>> MeasureAsync, string Limit = "")
{
    public Goal(string what, Func<string> measure, string limit = "")
        : this(what, () => Task.FromResult(measure()), limit)
    {
    }
}
