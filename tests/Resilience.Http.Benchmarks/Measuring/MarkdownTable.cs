namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>A table that reads well on a terminal and can be put into docs/performance.md as it is.</summary>
internal sealed class MarkdownTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public int Count => _rows.Count;

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max()).ToArray();
        var rule = widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ':');

        return string.Join(Environment.NewLine, [Line(headings, widths), Line(rule, widths), .. _rows.Select(row => Line(row, widths))]);
    }

    private static string Line(IEnumerable<string> cells, int[] widths) =>
        "| " +
        string.Join(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))) +
        " |";
}
