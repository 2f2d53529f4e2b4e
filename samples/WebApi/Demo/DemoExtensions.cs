namespace WebApi.Demo;

/// <summary>What the demo adds to the sample: a counter of what is sent to payments.</summary>
internal static class DemoExtensions
{
    public static void AddDemo(this IServiceCollection services)
    {
        services.AddSingleton<AttemptCounter>();
        services.AddTransient<AttemptCounter.Handler>();
        services.AddHttpClient(DemoPlan.Service).AddHttpMessageHandler<AttemptCounter.Handler>(); // added after the chain: runs inside it
    }
}
