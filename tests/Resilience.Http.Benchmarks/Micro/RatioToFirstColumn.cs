using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Resilience.Http.Benchmarks.Micro;

/// <summary>
/// The time over that of the first client in the same benchmark; BenchmarkDotNet's own ratio knows methods and jobs, not parameters.
/// </summary>
internal sealed class RatioToFirstColumn : IColumn
{
    public string Id => nameof(RatioToFirstColumn);

    public string ColumnName => "Times";

    public string Legend => "Mean over that of the first client of the same method";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        var first = summary.BenchmarksCases.First(other => other.Descriptor.WorkloadMethod == benchmarkCase.Descriptor.WorkloadMethod);
        return summary[benchmarkCase]?.ResultStatistics is { } mine && summary[first]?.ResultStatistics is { } theirs
            ? $"{mine.Mean / theirs.Mean:0.00}"
            : "?";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
