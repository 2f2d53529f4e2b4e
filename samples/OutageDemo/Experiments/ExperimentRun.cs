using Resilience.Http;

namespace OutageDemo.Experiments;

/// <summary><c>--experiment FILE</c>: runs a Chaos Toolkit experiment against this process and shows it.</summary>
internal static class ExperimentRun
{
    /// <returns>The exit code: 0 only if the hypothesis held and all was restored.</returns>
    public static async Task<int> RunAsync(WebApplication app, string file, string? journal)
    {
        var experiment = ChaosExperiment.Load(Find(file), new Dictionary<string, string> { ["api"] = app.Urls.First() });
        await Console.Out.WriteLineAsync($"""
            {experiment.Title}
            Hypothesis: {experiment.Hypothesis}

            """);

        await WarmUpAsync(app);
        var runner = app.Services.GetRequiredService<ChaosExperimentRunner>();
        var result = await runner.RunAsync(experiment, ChaosProgress.To(Console.Out), app.Lifetime.ApplicationStopping);

        await Console.Out.WriteLineAsync($"{Environment.NewLine}{result}");
        if (journal is not null)
        {
            await File.WriteAllTextAsync(journal, result.ToJournal());
        }

        return result.ExitCode;
    }

    /// <summary>The experiments of the sample are next to its executable.</summary>
    private static string Find(string file) => File.Exists(file) ? file : Path.Combine(AppContext.BaseDirectory, file);

    /// <summary>The first requests pay for JIT and connections, which no figure should show.</summary>
    private static async Task WarmUpAsync(WebApplication app)
    {
        using var api = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.GetAsync("orders/1")));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.PostAsJsonAsync("orders", new { sku = "tea" })));
    }
}
