using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Testing;

/// <summary>
/// Checks configuration as an app does at startup, but without the app. Use it in a test that reads the settings of every environment.
/// </summary>
public static class ConfigurationAssertions
{
    /// <summary>
    /// Asserts that the section <c>ResilientHttpClients</c> of an app's configuration has no mistakes, neither in its defaults nor in any
    /// client.
    /// </summary>
    /// <param name="configuration">
    /// The configuration of the app, such as its <c>appsettings.json</c> and the file of one environment.
    /// </param>
    /// <exception cref="ResilienceAssertionException">
    /// The section has mistakes, all of which are listed. Or the section does not exist, so that nothing was checked.
    /// </exception>
    public static void ShouldBeValidForResilientClients(this IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Check(configuration.GetSection(ConfigurationSnapshot.RootKey), services =>
        {
            services.AddSingleton(configuration);
            services.ConfigureHttpClientDefaults(static clients => clients.AddResilience());
        });
    }

    /// <summary>Asserts that a section that is passed to <c>AddResilience</c> or <c>AddResilientHttpClient</c> has no mistakes.</summary>
    /// <param name="section">The settings of one client.</param>
    /// <exception cref="ResilienceAssertionException">
    /// The section has mistakes, all of which are listed. Or the section does not exist, so that nothing was checked.
    /// </exception>
    public static void ShouldBeValidForResilientClient(this IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Check(section, services => services.AddResilientHttpClient("client", section));
    }

    private static void Check(IConfigurationSection section, Action<IServiceCollection> register)
    {
        if (!section.Exists())
        {
            throw new ResilienceAssertionException(
                $"There is no section {section.Path}, so nothing was checked. Check that the right file is read.");
        }

        var services = new ServiceCollection();
        register(services);
        using var provider = services.BuildServiceProvider();
        try
        {
            provider.GetRequiredService<LiveOptions>().Start();
        }
        catch (OptionsValidationException wrong)
        {
            var mistakes = string.Concat(wrong.Failures.Select(static failure => $"{Environment.NewLine}  {failure}"));
            throw new ResilienceAssertionException($"The section {section.Path} is not valid:{mistakes}");
        }
    }
}
