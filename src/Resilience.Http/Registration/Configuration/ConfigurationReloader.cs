using Microsoft.Extensions.Logging;
using Resilience.Http.Chain;
using Resilience.Http.ClientSettings;
using Resilience.Http.Pipeline;
using Resilience.Http.Settings;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// Takes edits of the configuration, each whole or not at all: with one mistake in it every client keeps what it has. Several may come at
/// once, from any thread; the edition of <see cref="ConfigurationSnapshot"/> keeps an earlier one from replacing a later one.
/// </summary>
internal sealed class ConfigurationReloader(
    ConfigurationReader configuration,
    ConfigurationValidator checks,
    OptionsStore settings,
    ServiceStateStore services,
    OptionsMonitorNotifier monitoring,
    ResilienceRuntime host)
{
    /// <summary>What belongs to the HttpClient, which is set up when it is created.</summary>
    private static readonly string[] OfTheHttpClient =
        [
            nameof(ResilientHttpClientOptions.Enabled),
            nameof(ResilientHttpClientOptions.BaseAddress),
            nameof(ResilientHttpClientOptions.TotalTimeout)
        ];

    private readonly ILogger _log = host.CreateLogger(RegistrationLog.Category);
    private readonly RegistrationMetrics _metrics = new(host);
    private Refusal? _refused;

    /// <summary>Takes what configuration says now. Never throws: it is called by the configuration provider.</summary>
    public void Take()
    {
        try
        {
            if (Check() is { } clients && settings.TryReplace(clients) is { } before)
            {
                Accept(clients, before);
            }
        }
        catch (Exception)
        {
            // What is left to throw is a logger or a listener of metrics, and there is no one to report it to.
        }
    }

    /// <returns>The clients if there is no mistake in the edit; <see langword="null"/> if it was refused.</returns>
    private ValidatedConfiguration? Check()
    {
        ConfigurationSnapshot? sections = null;
        try
        {
            sections = configuration.Read();
            var clients = checks.Check(sections, settings.InForce);
            if (clients.AreGood)
            {
                return clients;
            }

            Refuse(new Refusal(sections, string.Join("; ", clients.Mistakes)), thrown: null);
        }
        catch (Exception thrown)
        {
            Refuse(new Refusal(sections, thrown.Message), thrown); // the user's code that sets options, or a provider of configuration
        }

        return null;
    }

    private void Accept(ValidatedConfiguration clients, ValidatedConfiguration before)
    {
        var goodAgain = Interlocked.Exchange(ref _refused, null) is not null;
        var live = services.All.ToList();
        var changed = live.Select(service => (service.Name, Changes: Replace(service, clients)))
            .Where(static edit => edit.Changes.Count > 0)
            .ToList();
        if (goodAgain)
        {
            _log.EditGoodAgain();
        }

        foreach (var (name, changes) in changed)
        {
            Log(ServiceText.Format(name), changes);
            if (changes.Any(static change => change.Key.StartsWith("Retry:", StringComparison.Ordinal)
                || change.Key.StartsWith("CircuitBreaker:", StringComparison.Ordinal)))
            {
                _log.LogSurprises(name, clients.Options[name]);
            }
        }

        foreach (var (path, hint) in clients.Unread.Except(before.Unread))
        {
            _log.SectionUnread(path, hint);
        }

        NotifyMonitors();
        if (!live.All(service => clients.Options.ContainsKey(service.Name)))
        {
            Take(); // A client that was not registered by name came into use while the edit was checked without it.
        }
    }

    private static List<OptionChange> Replace(ServiceState service, ValidatedConfiguration clients)
    {
        var changes = new List<OptionChange>();
        if (clients.Options.TryGetValue(service.Name, out var options))
        {
            var before = service.Options;
            ResilientHttpClientOptionsKeys.Keys.Compare(before, options, prefix: "", changes);
            service.Use(options);
            Refresh(service, before);
        }

        return changes;
    }

    /// <summary>Circuits come and go with the endpoints, even without calls.</summary>
    private static void Refresh(ServiceState service, ResilientHttpClientOptions before)
    {
        if (before.Endpoints.AreInUse || service.Options.Endpoints.AreInUse)
        {
            KnownAddresses.Refresh(service);
        }
    }

    private void Log(string name, List<OptionChange> changes)
    {
        _log.SettingsChanged(name, string.Join(", ", changes));
        var ofTheClient = changes.Where(static change => OfTheHttpClient.Contains(change.Key)).ToList();
        if (ofTheClient.Count > 0)
        {
            _log.HttpClientSettingsChanged(name, string.Join(", ", ofTheClient));
        }
    }

    /// <summary>Has the user's own monitors read what is in force; one that was read before the start may have older settings.</summary>
    public void NotifyMonitors()
    {
        try
        {
            monitoring.Notify();
        }
        catch (Exception thrown)
        {
            _log.ListenerFailed(thrown);
        }
    }

    /// <summary>
    /// One edit is seen once for each configuration that is watched, and a file watcher may see it twice. It is logged and counted once.
    /// </summary>
    private void Refuse(Refusal refusal, Exception? thrown)
    {
        if (!refusal.Repeats(Interlocked.Exchange(ref _refused, refusal)))
        {
            _metrics.Refused();
            _log.EditRefused(refusal.Mistakes, thrown);
        }
    }

    private sealed record Refusal(ConfigurationSnapshot? Sections, string Mistakes)
    {
        public bool Repeats(Refusal? other) =>
            other is { Sections: { } before } && Sections is { } now && Mistakes == other.Mistakes && now.SaysTheSameAs(before);
    }
}
