namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>A contender that is ready to run: its name, and what it does for a slice of the given length.</summary>
internal sealed record Runner(string Name, Func<TimeSpan, Sample> RunSlice);
