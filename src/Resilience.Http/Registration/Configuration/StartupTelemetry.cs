using Microsoft.Extensions.Logging;
using Resilience.Http.Chain;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>What an app hears of its resilient clients when they start.</summary>
internal sealed class StartupTelemetry(ClientRegistrations registrations, ResilienceRuntime host)
{
    private readonly ILogger _log = host.CreateLogger(RegistrationLog.Category);

    /// <summary>A client came into use that cannot have a section of its own.</summary>
    public void WarnOfDefaults(string name, string reason) => _log.ClientOnDefaults(ServiceText.Format(name), reason);

    public void Log(ValidatedConfiguration clients, IReadOnlyList<ServiceState> services)
    {
        foreach (var (path, hint) in clients.Unread)
        {
            _log.SectionUnread(path, hint);
        }

        foreach (var feature in UnusedFeature.In(clients))
        {
            _log.FeatureLeftOff(feature.Path);
        }

        // No mistake: it may stand in code that several apps share, and this one have nothing to do with it.
        if (registrations.Defaults is { NeedsChain: { } statement, HasChain: null } && !registrations.Chained.Any())
        {
            _log.NoClientHasTheChain(statement);
        }

        foreach (var (name, client) in registrations.Clients.Prepend(new(ConfigurationSnapshot.DefaultsKey, registrations.Defaults)))
        {
            if (client is { HasStandardSection: true, Section: { } section })
            {
                _log.StandardSectionUsed(ServiceText.Format(name), section.Path, StandardSection.Differences);
            }
        }

        foreach (var service in services)
        {
            _log.LogSurprises(service.Name, service.Options);
            Log(service.Name);
        }

        if (services.Count > 0 && _log.IsEnabled(LogLevel.Debug))
        {
            var handlers = ResilienceChain.HandlersFor(services[0]).Select(static handler => handler.GetType().Name);
            _log.ChainOrder(
                string.Join(", ", services.Select(static service => ServiceText.Format(service.Name))), string.Join(" > ", handlers));
        }
    }

    /// <summary>What is to be said of one client, also of one that comes into use later.</summary>
    public void Log(string name)
    {
        if (ClientNames.HoldsVersion(name))
        {
            _log.VersionInName(DiagnosticIds.VersionInName, name);
        }
    }
}
