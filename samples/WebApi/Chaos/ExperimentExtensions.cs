namespace WebApi.Chaos;

/// <summary>What an experiment adds to the sample: faults may be injected into its clients, and what happens to them is shown by the experiment alone.</summary>
internal static class ExperimentExtensions
{
    public static void AddExperiments(this IServiceCollection services)
    {
        services.AddChaosExperiments();
        services.AddResilientHttpChaos(chaos => chaos.Enabled = true); // the gates stay: this is Development, and the experiment clears its faults
        services.AddLogging(logging => logging.AddFilter("Resilience.Http", LogLevel.Error));
    }
}
