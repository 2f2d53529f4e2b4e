using Microsoft.Extensions.Options;
using Resilience.Http.Chain;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// The settings in force for all clients of the container. They are replaced whole, by an edit without mistakes, and never changed in
/// place.
/// </summary>
internal sealed class OptionsStore(ConfigurationReader configuration, ClientOptionsFactory factory) : IServiceSettings
{
    private ValidatedConfiguration? _inForce;

    /// <summary><see langword="null"/> until the first check went well.</summary>
    public ValidatedConfiguration? InForce => Volatile.Read(ref _inForce);

    public long Edition => InForce?.Sections.Edition ?? 0;

    /// <summary>
    /// What the options pipeline reads: what is in force, so that after a bad edit the user's monitors have the last good options too.
    /// </summary>
    public ConfigurationSnapshot Sections() => InForce?.Sections ?? configuration.Read();

    /// <summary>The options in force. A client that no statement and no section names is made up here, when it is first used.</summary>
    /// <exception cref="OptionsValidationException">They are wrong; all mistakes are in the message.</exception>
    public ResilientHttpClientOptions OptionsOf(string name) =>
        InForce is { } clients && clients.Options.TryGetValue(name, out var options) ? options : factory.Create(name, Sections());

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
}
