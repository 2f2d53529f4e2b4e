using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;
using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Loop;

/// <summary>
/// One table of the report: a case, how many call at a time, and who runs against whom. The first contender is the baseline.
/// </summary>
internal sealed record Scenario(Case Case, int Callers, params Contender[] Contenders)
{
    public string Title => $"{Case.Name}, {Callers} caller{(Callers == 1 ? "" : "s")}";

    /// <summary>The contenders, ready to run.</summary>
    public Runner[] Runners() => Array.ConvertAll(Contenders, RunnerOf);

    private Runner RunnerOf(Contender contender)
    {
        var callAsync = Case.Connect(contender);
        return new Runner(contender.Name, duration =>
        {
            using var listening = new ListenerScope(contender.Audience);
            return ClosedLoop.Run(callAsync, Callers, duration);
        });
    }
}
