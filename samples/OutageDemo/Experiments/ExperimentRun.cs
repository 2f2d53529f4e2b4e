using Resilience.Http;

namespace OutageDemo.Experiments;

/// <summary><c>--experiment FILE</c>: runs a Chaos Toolkit experiment against this process and shows it.</summary>
internal static class ExperimentRun
{
    /// <summary>EX_DATAERR of sysexits.h: the file cannot be run. The outcomes of a run are below it.</summary>
    private const int WrongFile = 65;

    /// <returns>The exit code: that of the result (0 only if the hypothesis held and all was restored), or 65 if the file cannot be
    /// run.</returns>
    public static async Task<int> RunAsync(WebApplication app, string file, string? journal)
    {
        try
        {
            var experiment = ChaosExperiment.Load(Find(file), new Dictionary<string, string> { ["api"] = app.Urls.First() });
            return await RunAsync(app, experiment, journal);
        }
        catch (Exception exception) when (exception is ChaosExperimentFormatException or FileNotFoundException
            or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return WrongFile;
        }
    }

    private static async Task<int> RunAsync(WebApplication app, ChaosExperiment experiment, string? journal)
    {
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
