namespace Resilience.Http.Benchmarks.Parts;

/// <summary>
/// A single mechanism, without the HTTP around it. The loop is the part's own, so that no call through an interface is measured, and
/// where time is asked for the clock is read once before it: a call reads it once for all its layers.
/// </summary>
internal interface IPart
{
    void Repeat(int times);
}
