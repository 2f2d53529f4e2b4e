using Microsoft.Extensions.Options;
using Resilience.Http.ClientSettings;
using Resilience.Http.Settings;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// The layers of a client's settings, later wins, whatever the order of the statements: code defaults; the Defaults section; actions in
/// ConfigureHttpClientDefaults; the client's section; the client's own actions.
/// </summary>
internal sealed class ClientOptionsSetup(ClientRegistrations registrations, IServiceProvider root, Func<ConfigurationSnapshot> sections)
    : IConfigureNamedOptions<ResilientHttpClientOptions>
{
    /// <summary>The same layers over sections that are not in force yet.</summary>
    public ClientOptionsSetup Over(ConfigurationSnapshot candidate) => new(registrations, root, () => candidate);

    public void Configure(ResilientHttpClientOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, ResilientHttpClientOptions options)
    {
        name ??= Options.DefaultName;
        var now = sections();
        options.Edition = now.Edition;
        options.Reading = new OptionsReadResult(ServiceText.Format(name));
        Read(now.Defaults, options);
        Run(registrations.Defaults, options);
        Read(now.Of(name), options);
        Run(registrations.Find(name), options);
    }

    private static void Read(ConfigurationNode? section, ResilientHttpClientOptions options)
    {
        if (section is not null)
        {
            ResilientHttpClientOptionsKeys.Keys.Read(section, options, prefix: "", options.Reading!);
        }
    }

    private void Run(ClientRegistration? registration, ResilientHttpClientOptions options)
    {
        foreach (var action in registration?.Actions ?? [])
        {
            action(options, root);
            options.CopySections();
        }
    }
}
