namespace OutageDemo.Startup;

/// <summary>Begins an API with the settings of the command line.</summary>
internal static class ApiBuilder
{
    /// <remarks>AddValidation may stand only once in a project: its source generator fails at the second call.</remarks>
    public static WebApplicationBuilder Create(CommandLine commandLine)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = commandLine.Settings,
            EnvironmentName = commandLine.Environment,
        });
        builder.Services.AddValidation();
        return builder;
    }
}
