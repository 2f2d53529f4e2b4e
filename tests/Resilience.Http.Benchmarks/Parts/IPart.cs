namespace Resilience.Http.Benchmarks.Parts;

/// <summary>A single mechanism, without the HTTP around it. The loop is the part's own, so that no call through an interface is measured.</summary>
internal interface IPart
{
    void Repeat(int times);
}
