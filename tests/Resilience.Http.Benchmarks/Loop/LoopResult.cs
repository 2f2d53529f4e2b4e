using System.Text.Json;
using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Loop;

/// <summary>The tables of a run of <c>-- loop</c> as a file, so that two commits can be compared.</summary>
internal sealed record LoopResult(string Machine, List<LoopResult.Line> Lines)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public void Add(string table, IReadOnlyList<Series> contenders)
    {
        foreach (var contender in contenders)
        {
            var latencies = contender.Latencies();
            Lines.Add(new Line(
                table,
                contender.Name,
                contender.Median(sample => sample.CallsPerSecond),
                latencies.QuantileInMicroseconds(0.5),
                latencies.QuantileInMicroseconds(0.99),
                contender.Median(sample => sample.CpuNanosecondsPerCall) / 1000,
                contender.Median(sample => sample.BytesPerCall),
                contender.RatioTo(contenders[0], sample => sample.NanosecondsPerCall),
                contender.RatioTo(contenders[0], sample => sample.CpuNanosecondsPerCall)));
        }
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Indented));

    public static LoopResult Read(string path) => JsonSerializer.Deserialize<LoopResult>(File.ReadAllText(path))!;

    /// <summary>What both files have, with the ratios to the first client of each table; only these can be compared between runs.</summary>
    public static MarkdownTable Compare(LoopResult before, LoopResult after)
    {
        var table = new MarkdownTable(
            "table", "client", "times before", "times after", "CPU before", "CPU after", "B/call before", "B/call after");
        foreach (var old in before.Lines)
        {
            if (after.Lines.Find(line => line.Table == old.Table && line.Client == old.Client) is { } now)
            {
                table.Add(
                    old.Table,
                    old.Client,
                    $"{old.Times}",
                    $"{now.Times}",
                    $"{old.Cpu}",
                    $"{now.Cpu}",
                    $"{old.BytesPerCall:N0}",
                    $"{now.BytesPerCall:N0}");
            }
        }

        return table;
    }

    /// <summary>A client in a table. Times in microseconds; the ratios are to the first client of the table.</summary>
    internal sealed record Line(
        string Table,
        string Client,
        double CallsPerSecond,
        double P50,
        double P99,
        double CpuPerCall,
        double BytesPerCall,
        Spread Times,
        Spread Cpu);
}
