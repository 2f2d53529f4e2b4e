using System.Globalization;
using Resilience.Http.Benchmarks.Measuring;
using Resilience.Http.Benchmarks.Outcomes.Clients;
using Resilience.Http.Benchmarks.Outcomes.Results;

namespace Resilience.Http.Benchmarks.Outcomes;

/// <summary><c>-- outcomes</c>: what calls come to when services fail, measured with processes of their own for each contender.</summary>
internal static class OutcomesCommand
{
    public static Task<int> RunAsync(string[] arguments) => arguments switch
    {
        ["--list"] => List(),
        ["--smoke"] => Smoke.RunAsync(),
        ["--table", var file] => Print(file),
        ["--table", var file, var page] => WriteAsync(file, page),
        _ => RunAllAsync(Options(arguments)),
    };

    private static Task<int> List()
    {
        foreach (var scenario in OutcomeScenarios.All)
        {
            Console.WriteLine($"{scenario.Name,-30} {scenario.Title}, {scenario.Rate} calls per second: " +
                $"{string.Join(", ", scenario.Contenders.Select(contender => contender.Key))}");
        }

        return Task.FromResult(0);
    }

    private static Task<int> Print(string file)
    {
        Console.WriteLine(OutcomeTables.Render(ResultFile.Read(file)));
        return Task.FromResult(0);
    }

    private static async Task<int> WriteAsync(string file, string page)
    {
        await MarkedPage.WriteAsync(page, OutcomeTables.Render(ResultFile.Read(file)));
        return 0;
    }

    /// <summary>Each argument that begins with <c>--</c>, with the one that follows it.</summary>
    private static Dictionary<string, string> Options(string[] arguments)
    {
        string[] known = ["--only", "--contenders", "--resume", "--seconds", "--passes"];
        var options = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (!known.Contains(arguments[i]) || i + 1 == arguments.Length)
            {
                throw new ArgumentException($"'{arguments[i]}' is not an option with a value: {string.Join(", ", known)}.");
            }

            options[arguments[i]] = arguments[i + 1];
        }

        return options;
    }

    private static async Task<int> RunAllAsync(Dictionary<string, string> options)
    {
        var only = options.GetValueOrDefault("--only", "");
        var contenders = options.GetValueOrDefault("--contenders")?.Split(',').Select(OutcomeContender.ByKey).ToArray();
        var file = options.GetValueOrDefault("--resume");
        var seconds = options.TryGetValue("--seconds", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : (int?)null;
        var passes = int.Parse(options.GetValueOrDefault("--passes", "1"), CultureInfo.InvariantCulture);
        var done = file is null ? [] : ResultFile.Read(file).Select(static result => (result.Scenario, result.Pass)).ToHashSet();
        var todo = Enumerable.Range(1, passes)
            .SelectMany(
                pass => OutcomeScenarios.All
                    .Where(scenario => scenario.Name.Contains(only, StringComparison.Ordinal))
                    .Select(scenario => (Scenario: scenario with { Contenders = contenders ?? scenario.Contenders }, Pass: pass)))
            .Where(run => !done.Contains((run.Scenario.Name, run.Pass)))
            .ToArray();

        Console.WriteLine(Machine.Describe());
        for (var i = 0; i < todo.Length; i++)
        {
            var (scenario, pass) = todo[i];
            Progress.Report($"outcomes: {scenario.Name}, pass {pass} ({i + 1} of {todo.Length})");
            var results = await ScenarioRun.RunAsync(scenario, Math.Min(seconds ?? int.MaxValue, scenario.Seconds), pass);
            Progress.Clear();
            if (file is not null)
            {
                ResultFile.Append(file, results);
            }

            Console.WriteLine($"\n{OutcomeTables.Render(scenario, results)}");
        }

        return 0;
    }
}
