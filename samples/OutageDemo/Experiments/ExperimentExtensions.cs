namespace OutageDemo.Experiments;

/// <summary>Allows faults to be injected into the clients, and leaves their log to the experiment.</summary>
internal static class ExperimentExtensions
{
    public static void AddExperiments(this IServiceCollection services)
    {
        services.AddChaosExperiments();
        // The other gates stay: this is Development, and the experiment clears its faults.
        services.AddResilientHttpChaos(chaos => chaos.Enabled = true);
        services.AddLogging(logging => logging.AddFilter("Resilience.Http", LogLevel.Error));
    }
}
