using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.ClientSettings;
using Resilience.Http.Settings;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>Finds every mistake in the settings of all clients, so that they are reported at once.</summary>
internal sealed class ConfigurationValidator(ClientRegistrations registrations, ClientOptionsFactory factory, ServiceStateStore services)
{
    /// <summary>
    /// Checks all clients over these sections: those of the statements, those in use, and those that have no more than a section so far.
    /// </summary>
    /// <param name="sections">What is to come into force.</param>
    /// <param name="before">What is in force; <see langword="null"/> at the start.</param>
    public ValidatedConfiguration Check(ConfigurationSnapshot sections, ValidatedConfiguration? before)
    {
        string[] names = [.. registrations.Chained.Union(services.All.Select(static service => service.Name), StringComparer.Ordinal)];
        string[] others = [.. sections.OfOthers(registrations, names)];
        List<string> mistakes =
        [
            .. Structure(sections),
            .. sections.Mistakes,
            .. Defaults(sections),
            .. before is null ? [] : Gone([.. before.Options.Keys], before.Sections, sections),
            .. ClientNames.Mistakes(
                [.. registrations.Chained.Union(registrations.Critical.Where(registrations.HasChain), StringComparer.Ordinal)]),
            .. Chainless(),
        ];
        var options = new Dictionary<string, ResilientHttpClientOptions>(StringComparer.Ordinal);
        foreach (var name in names.Concat(others))
        {
            try
            {
                options.Add(name, factory.Create(name, sections));
            }
            catch (OptionsValidationException wrong)
            {
                mistakes.AddRange(wrong.Failures);
            }
        }

        return new ValidatedConfiguration(
            sections, names, options, [.. UnusedSection.In(sections, registrations)], [.. mistakes.Distinct()]);
    }

    /// <summary>The root section holds Defaults and Clients, and Clients holds sections.</summary>
    private IEnumerable<string> Structure(ConfigurationSnapshot sections)
    {
        foreach (var section in new[] { sections.Root, sections.Clients }
            .OfType<ConfigurationNode>()
            .Where(static section => section.Text is not null))
        {
            yield return $"{OptionsReadResult.Quote(section)} is a value, but an object is expected";
        }

        foreach (var path in sections.MisspelledRoots)
        {
            yield return $"The section {path} is not read. Did you mean {ConfigurationSnapshot.RootKey}?";
        }

        foreach (var node in sections.Root?.Children ?? [])
        {
            if (node.Key.Equals(ConfigurationSnapshot.DefaultsKey, StringComparison.OrdinalIgnoreCase) || node == sections.Clients)
            {
                continue;
            }

            yield return registrations.Clients.Keys.Contains(node.Key, StringComparer.OrdinalIgnoreCase)
                ? $"{node.Path} is not a known key; the section of a client is " +
                    $"{ConfigurationSnapshot.RootKey}:{ConfigurationSnapshot.ClientsKey}:{node.Key}"
                : $"{node.Path} is not a known key. Allowed: {ConfigurationSnapshot.DefaultsKey}, {ConfigurationSnapshot.ClientsKey}";
        }
    }

    /// <summary>Checked for themselves too: a mistake in them counts even if every client overrides it.</summary>
    private static IReadOnlyList<string> Defaults(ConfigurationSnapshot sections)
    {
        if (sections.Defaults is not { } defaults)
        {
            return [];
        }

        var options = new ResilientHttpClientOptions();
        var reading = new OptionsReadResult(defaults.Path, partial: true);
        ResilientHttpClientOptionsKeys.Keys.Read(defaults, options, prefix: "", reading);
        ResilientHttpClientOptionsKeys.Keys.Check(options, prefix: "", reading);
        return reading.Mistakes;
    }

    /// <summary>
    /// A section that was removed is a slip: a file that is just being written, a broken overlay. Taking it for "all defaults" would
    /// give a client other limits without a word.
    /// </summary>
    private static IEnumerable<string> Gone(IEnumerable<string> names, ConfigurationSnapshot before, ConfigurationSnapshot now)
    {
        var defaults = now.Defaults is null ? before.Defaults : null;
        var clients = names.Where(name => now.Of(name) is null).Select(before.Of);
        return
            from gone in clients.Prepend(defaults).OfType<ConfigurationNode>()
            select $"{gone.Path} was removed. To restore the defaults, keep the section and delete its keys";
    }

    /// <summary>Clients with a statement that means nothing without the chain.</summary>
    private IEnumerable<string> Chainless()
    {
        var statements = registrations.Clients.Select(static client => (Name: client.Key, Text: client.Value.NeedsChain))
            .Concat(
                registrations.Critical.Select(
                    static name => (Name: name, Text: (string?)$"AddResilientHttpClients(o => o.Critical(\"{name}\"))")));
        return
            from statement in statements
            where statement.Text is not null && registrations.LacksChain(statement.Name)
            select $"{ServiceText.Format(statement.Name)}: {statement.Text} has no effect without the chain. Call AddResilience() on the " +
                "same client, or register it with AddResilientHttpClient";
    }
}
