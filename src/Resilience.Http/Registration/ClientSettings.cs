using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Registration;

/// <summary>The settings in force for all clients of the container.</summary>
internal sealed class ClientSettings(IServiceProvider root, ClientRegistrations registrations)
{
    public ClientSections Sections() => ClientSections.Read(root.GetService<IConfiguration>(), registrations);

    /// <summary>The options of a client that is used for the first time.</summary>
    /// <exception cref="OptionsValidationException">They are wrong; all mistakes are told at once.</exception>
    public ResilientHttpClientOptions OptionsOf(string name) => Build(name, Sections());

    /// <summary>The options of a client from these sections, by the whole options pipeline: layers, the user's own Configure, PostConfigure and Validate.</summary>
    private ResilientHttpClientOptions Build(string name, ClientSections sections) =>
        new OptionsFactory<ResilientHttpClientOptions>(
            root.GetServices<IConfigureOptions<ResilientHttpClientOptions>>().Select(setup => setup is ClientLayers layers ? layers.Over(sections) : setup),
            root.GetServices<IPostConfigureOptions<ResilientHttpClientOptions>>(),
            root.GetServices<IValidateOptions<ResilientHttpClientOptions>>()).Create(name);
}
