using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Loop;

/// <summary>
/// One table of the report: a case, how many call at a time, and who runs against whom. The first contender is the baseline.
/// </summary>
internal sealed record Scenario(Case Case, int Callers, params Contender[] Contenders)
{
    public string Title => $"{Case.Name}, {Callers} caller{(Callers == 1 ? "" : "s")}";
}
