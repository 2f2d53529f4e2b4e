using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Resilience.Http.Chain;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// The settings in force for all clients of the container. They are replaced whole, by an edit without mistakes, and never changed in
/// place.
/// </summary>
internal sealed class OptionsStore(IServiceProvider root, ClientRegistrations registrations, SectionOwners owners) : IServiceSettings
{
    private readonly AsyncLocal<string?> _beingBuilt = new(); // such code may wait for another thread
    private readonly Lazy<bool> _userTakesPart = new(() => UserTakesPart(root));
    private long _editions;
    private ValidatedConfiguration? _inForce;

    /// <summary><see langword="null"/> until the first check went well.</summary>
    public ValidatedConfiguration? InForce => Volatile.Read(ref _inForce);

    /// <summary>
    /// The client whose settings the caller takes part in building; <see langword="null"/> if it is not called by code that sets them.
    /// </summary>
    public string? BeingBuilt => _beingBuilt.Value;

    public long Edition => InForce?.Sections.Edition ?? 0;

    /// <summary>Configuration as it stands now.</summary>
    public ConfigurationSnapshot Read() =>
        new(Interlocked.Increment(ref _editions), root.GetService<IConfiguration>(), registrations, owners);

    /// <summary>
    /// Reports every edit, also of the user's own sections, which may belong to another configuration. All sections of one have one
    /// token: they are watched together, since each word of an edit has all clients checked. An edit may be seen more than once all the
    /// same.
    /// </summary>
    public IReadOnlyList<IDisposable> Watch(Action edited) =>
    [
        .. from configuration in registrations.Clients.Values.Append(registrations.Defaults)
            .Select(IConfiguration? (client) => client.Section)
                   .Append(root.GetService<IConfiguration>()).OfType<IConfiguration>()
                   .DistinctBy(static configuration => configuration.GetReloadToken())
           select ChangeToken.OnChange(configuration.GetReloadToken, edited),
    ];

    /// <summary>
    /// What the options pipeline reads: what is in force, so that after a bad edit the user's monitors have the last good options too.
    /// </summary>
    public ConfigurationSnapshot Sections() => InForce?.Sections ?? Read();

    /// <summary>The options in force. A client that no statement and no section names is made up here, when it is first used.</summary>
    /// <exception cref="OptionsValidationException">They are wrong; all mistakes are in the message.</exception>
    public ResilientHttpClientOptions OptionsOf(string name) =>
        InForce is { } clients && clients.Options.TryGetValue(name, out var options) ? options : Build(name, Sections());

    /// <summary>
    /// The options of a client over these sections. Options in force do not change, so clients without settings of their own share one
    /// object: a thousand of them start in the time of one, and save 1 KB each.
    /// </summary>
    /// <exception cref="OptionsValidationException">They are wrong; all mistakes are in the message.</exception>
    public ResilientHttpClientOptions Build(string name, ConfigurationSnapshot sections) => HasOwnSettings(name, sections)
        ? Create(name, sections)
        : sections.WithoutOwnSettings ??= Create(name, sections);

    /// <returns>False if others were in force already.</returns>
    public bool TryStartWith(ValidatedConfiguration clients) => Interlocked.CompareExchange(ref _inForce, clients, null) is null;

    /// <returns>Those that were in force; <see langword="null"/> if a later edit overtook this one.</returns>
    public ValidatedConfiguration? TryReplace(ValidatedConfiguration clients)
    {
        for (var current = InForce; current!.Sections.Edition < clients.Sections.Edition; current = InForce)
        {
            if (Interlocked.CompareExchange(ref _inForce, clients, current) == current)
            {
                return current;
            }
        }

        return null;
    }

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

    /// <summary>
    /// Runs the whole pipeline: layers, then the user's own Configure, PostConfigure and Validate.
    /// </summary>
    private ResilientHttpClientOptions Create(string name, ConfigurationSnapshot sections)
    {
        var outer = _beingBuilt.Value;
        _beingBuilt.Value = name;
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
            _beingBuilt.Value = outer;
        }
    }
}
