namespace OutageDemo.Demo;

/// <summary>Counts what is sent to payments.</summary>
internal static class DemoExtensions
{
    public static void AddDemo(this IServiceCollection services)
    {
        services.AddSingleton<AttemptCounter>();
        services.AddTransient<AttemptCounter.Handler>();
        services.AddHttpClient(DemoPlan.Service).AddHttpMessageHandler<AttemptCounter.Handler>(); // added after the chain: runs inside it
    }
}
