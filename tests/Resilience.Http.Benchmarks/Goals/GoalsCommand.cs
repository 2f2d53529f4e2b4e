using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Goals;

/// <summary><c>-- goals</c>: the figures that the library has set itself, each beside its goal, in one table.</summary>
internal static class GoalsCommand
{
    /// <param name="quick">Short slices, for a first look.</param>
    /// <param name="only">The rows whose title has this text.</param>
    public static async Task<int> RunAsync(bool quick, string only)
    {
        var pace = quick ? new MeasurementPlan(7, TimeSpan.FromMilliseconds(60)) : new MeasurementPlan(15, TimeSpan.FromMilliseconds(400));
        var table = new MarkdownTable("what", "now", "goal");
        using var goals = new GoalList(pace);
        foreach (var goal in goals.All.Where(goal => goal.What.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            Progress.Report($"goals: {goal.What}");
            table.Add(goal.What, await goal.MeasureAsync(), goal.Limit);
        }

        Progress.Clear();
        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine(table);
        return 0;
    }
}
