using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Pipeline;
using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Chaos.Registration;

/// <summary>
/// The settings of chaos, from the check at start on: when the host starts, or without one when the first client is created. An edit is
/// taken whole or not at all.
/// </summary>
internal sealed class ChaosSettings : IDisposable
{
    private readonly IConfiguration? _configuration;
    private readonly ChaosChecks _checks;
    private readonly ChaosState _state;
    private readonly ChaosStatusLog _status;
    private readonly RegistrationMetrics _metrics;
    private readonly ILogger _log;
    private readonly IDisposable? _watch;
    private long _editions;
    private int _changes;
    private volatile bool _started;
    private Refusal? _refused;

    public ChaosSettings(IServiceProvider root, ChaosChecks checks, ChaosState state, ChaosStatusLog status, ResilienceRuntime host)
    {
        (_checks, _state, _status) = (checks, state, status);
        _metrics = new RegistrationMetrics(host);
        _log = host.CreateLogger(ChaosLog.Category);
        _configuration = root.GetService<IConfiguration>();
        _watch = _configuration is null ? null : ChangeToken.OnChange(_configuration.GetReloadToken, Edited);
    }

    /// <summary>Checks the settings and applies them; does nothing if they are applied already.</summary>
    /// <exception cref="OptionsValidationException">They are wrong; the exception lists all mistakes.</exception>
    public void Start()
    {
        if (_started)
        {
            return;
        }

        var changes = Volatile.Read(ref _changes);
        var edition = Interlocked.Increment(ref _editions);
        var settings = _checks.Check(new ChaosSections(_configuration));
        if (settings.Mistakes.Count > 0)
        {
            throw new OptionsValidationException(ChaosSections.RootKey, typeof(HttpChaosOptions), settings.Mistakes);
        }

        Use(settings, edition);
        _started = true;
        if (changes != Volatile.Read(ref _changes))
        {
            Take(); // an edit that came while the first settings were being read
        }
    }

    public void Dispose() => _watch?.Dispose();

    /// <summary>Before the start nothing is in force that an edit could replace: the start reads what is there then.</summary>
    private void Edited()
    {
        Interlocked.Increment(ref _changes);
        if (_started)
        {
            Take();
        }
    }

    /// <summary>Takes what configuration says now. Of two edits at once the one that was read later wins.</summary>
    private void Take()
    {
        var edition = Interlocked.Increment(ref _editions);
        var sections = new ChaosSections(_configuration);
        try
        {
            var settings = _checks.Check(sections);
            if (settings.Mistakes.Count == 0)
            {
                Interlocked.Exchange(ref _refused, null);
                Use(settings, edition);
            }
            else
            {
                Refuse(new Refusal(sections, string.Join("; ", settings.Mistakes)), thrown: null);
            }
        }
        catch (Exception thrown)
        {
            // The user's code that sets options threw. It runs in the configuration provider, so that the log is the only place to report
            // it.
            Refuse(new Refusal(sections, thrown.Message), thrown);
        }
    }

    private void Use(CheckedChaos settings, long edition)
    {
        if (_state.TryUse(settings.Options, edition))
        {
            _status.Log(settings);
        }
    }

    /// <summary>A file watcher may see one edit twice; it is logged and counted once.</summary>
    private void Refuse(Refusal refusal, Exception? thrown)
    {
        if (!refusal.Repeats(Interlocked.Exchange(ref _refused, refusal)))
        {
            _metrics.Refused();
            _log.ChaosEditRefused(refusal.Mistakes, thrown);
        }
    }

    private sealed record Refusal(ChaosSections Sections, string Mistakes)
    {
        public bool Repeats(Refusal? other) => other is not null && Mistakes == other.Mistakes && Sections.SaysTheSameAs(other.Sections);
    }
}
