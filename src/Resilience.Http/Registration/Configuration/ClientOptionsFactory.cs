using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// Makes the options of a client over one reading of the configuration, with everything that the app adds to the options pipeline.
/// </summary>
internal sealed class ClientOptionsFactory(IServiceProvider root, ClientRegistrations registrations)
{
    private readonly AsyncLocal<string?> _beingMade = new(); // such code may wait for another thread
    private readonly Lazy<bool> _userTakesPart = new(() => UserTakesPart(root));

    /// <summary>
    /// The client whose settings the caller takes part in making; <see langword="null"/> if it is not called by code that sets them.
    /// </summary>
    public string? BeingMade => _beingMade.Value;

    /// <summary>
    /// The options of a client over these sections. Options in force do not change, so clients without settings of their own share one
    /// object: a thousand of them start in the time of one, and save 1 KB each.
    /// </summary>
    /// <exception cref="OptionsValidationException">They are wrong; all mistakes are in the message.</exception>
    public ResilientHttpClientOptions Create(string name, ConfigurationSnapshot sections) => HasOwnSettings(name, sections)
        ? RunPipeline(name, sections)
        : sections.WithoutOwnSettings ??= RunPipeline(name, sections);

    /// <summary>Whether anything but the Defaults section may set options of the client, such as code that is run for each.</summary>
    private bool HasOwnSettings(string name, ConfigurationSnapshot sections) =>
        registrations.Find(name) is { Actions.Count: > 0 }
        || registrations.Defaults.Actions.Count > 0
        || sections.Of(name) is not null
        || _userTakesPart.Value;

    /// <summary>Whether the app adds to the pipeline of the options itself, as with <c>ConfigureAll</c> or <c>PostConfigure</c>.</summary>
    private static bool UserTakesPart(IServiceProvider root) =>
        root.GetServices<IConfigureOptions<ResilientHttpClientOptions>>().Any(static setup => setup is not ClientOptionsSetup)
        || root.GetServices<IPostConfigureOptions<ResilientHttpClientOptions>>().Any()
        || root.GetServices<IValidateOptions<ResilientHttpClientOptions>>().Any(static check => check is not ClientOptionsValidator);

    /// <summary>Layers first, then the user's own Configure, PostConfigure and Validate.</summary>
    private ResilientHttpClientOptions RunPipeline(string name, ConfigurationSnapshot sections)
    {
        var outer = _beingMade.Value;
        _beingMade.Value = name;
        try
        {
            var options = new OptionsFactory<ResilientHttpClientOptions>(
                root
                    .GetServices<IConfigureOptions<ResilientHttpClientOptions>>()
                    .Select(setup => setup is ClientOptionsSetup layers ? layers.Over(sections) : setup),
                root.GetServices<IPostConfigureOptions<ResilientHttpClientOptions>>(),
                root.GetServices<IValidateOptions<ResilientHttpClientOptions>>()).Create(name);
            options.Reading = null; // It was for the messages of the check, and is heavier than the options.
            return options.Copy();
        }
        finally
        {
            _beingMade.Value = outer;
        }
    }
}
