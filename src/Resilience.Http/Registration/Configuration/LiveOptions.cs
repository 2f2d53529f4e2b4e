using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// The container's clients, from the check at start on: when the host starts, or without one when the first client is created.
/// </summary>
internal sealed class LiveOptions : IDisposable
{
    private readonly ConfigurationReader _configuration;
    private readonly ClientOptionsFactory _factory;
    private readonly ConfigurationValidator _checks;
    private readonly OptionsStore _settings;
    private readonly ServiceStateStore _services;
    private readonly ConfigurationReloader _edits;
    private readonly StartupTelemetry _report;
    private readonly SectionOwners _owners;
    private readonly IReadOnlyList<IDisposable> _watches;
    private int _changes;

    public LiveOptions(
        ConfigurationReader configuration,
        ClientOptionsFactory factory,
        ConfigurationValidator checks,
        OptionsStore settings,
        ServiceStateStore services,
        ConfigurationReloader edits,
        StartupTelemetry report,
        SectionOwners owners)
    {
        (_configuration, _factory, _checks, _settings) = (configuration, factory, checks, settings);
        (_services, _edits, _report, _owners) = (services, edits, report, owners);
        _watches = configuration.Watch(Edited);
    }

    /// <exception cref="OptionsValidationException">Settings are wrong, of this client or, before the start, of any.</exception>
    public ServiceState Get(string name)
    {
        Start();
        return _services.Find(name) ?? Add(name);
    }

    /// <summary>Checks all clients and puts their settings in force; does nothing if they are.</summary>
    /// <exception cref="OptionsValidationException">Settings are wrong; all mistakes of all clients are in the message.</exception>
    /// <exception cref="InvalidOperationException">It is called by code that sets options: the check would run that code again, without
    /// end.</exception>
    public void Start()
    {
        if (_settings.InForce is not null)
        {
            return;
        }

        if (_factory.BeingMade is { } client)
        {
            throw new InvalidOperationException(
                $"{ServiceText.Format(client)}: code that sets its options requested a resilient client, but no client exists before all " +
                $"settings are checked. " +
                "Use an HttpClient without the chain there (RemoveResilience()), or read the value from configuration.");
        }

        var changes = Volatile.Read(ref _changes);
        var clients = _checks.Check(_configuration.Read(), before: null);
        if (!clients.AreGood)
        {
            throw new OptionsValidationException(ConfigurationSnapshot.RootKey, typeof(ResilientHttpClientOptions), clients.Mistakes);
        }

        if (!_settings.TryStartWith(clients))
        {
            return;
        }

        ServiceState[] services = [.. clients.Names.Select(name => _services.GetOrAdd(name, clients.Options[name]))];
        Array.ForEach(services, KnownAddresses.Refresh);
        _report.Log(clients, services);
        _edits.NotifyMonitors();
        if (changes != Volatile.Read(ref _changes))
        {
            _edits.Take(); // an edit that came while the first settings were being read
        }
    }

    /// <summary>The clients whose last good answers are to be kept.</summary>
    public IEnumerable<ServiceState> WithStaleAnswers() =>
        _services.All.Where(
            static service => service.Options is { Enabled: true } options && options.Fallback.StaleIfError > TimeSpan.Zero);

    public void Dispose()
    {
        foreach (var watch in _watches)
        {
            watch.Dispose();
        }
    }

    /// <summary>
    /// A client that only the factory's defaults know: its name comes up here for the first time. A name that is unfit for configuration
    /// would have stopped the host; in the middle of a request it costs the client its section and not the request.
    /// </summary>
    private ServiceState Add(string name)
    {
        if (_owners.Claim(name) is { } reason)
        {
            _report.WarnOfDefaults(name, reason);
        }

        var service = _services.Get(name);
        KnownAddresses.Refresh(service);
        _report.Log(name);
        return service;
    }

    /// <summary>Before the start nothing is in force that an edit could replace: the start reads what is there then.</summary>
    private void Edited()
    {
        Interlocked.Increment(ref _changes);
        if (_settings.InForce is not null)
        {
            _edits.Take();
        }
    }
}
