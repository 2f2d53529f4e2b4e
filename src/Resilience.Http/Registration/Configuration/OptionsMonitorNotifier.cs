using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// Tells the user's own monitors of <see cref="ResilientHttpClientOptions"/> that the first settings or an edit are in force. Not when
/// configuration changes: a monitor reads at once, and after a bad edit it would throw into the configuration provider.
/// </summary>
internal sealed class OptionsMonitorNotifier(IOptionsMonitorCache<ResilientHttpClientOptions> cache, ClientRegistrations registrations)
{
    private ConfigurationReloadToken _next = new();

    public IChangeToken NextEdit => Volatile.Read(ref _next);

    /// <summary>Runs the user's listeners.</summary>
    public void Notify()
    {
        cache.Clear(); // also of clients that no statement names, which have no source below
        Interlocked.Exchange(ref _next, new ConfigurationReloadToken()).OnReload();
    }

    /// <summary>
    /// The monitor of the container, with a source for each client. A registration for each of them would cost an app with a thousand
    /// clients 400 bytes each, and time at its start, whether it has a monitor or not.
    /// </summary>
    public OptionsMonitor<ResilientHttpClientOptions> CreateMonitor(
        IOptionsFactory<ResilientHttpClientOptions> factory, IEnumerable<IOptionsChangeTokenSource<ResilientHttpClientOptions>> others) =>
        new(factory, [.. others, .. registrations.Clients.Keys.Select(name => new Source(name, this))], cache);

    /// <summary>What a monitor asks for news of one client.</summary>
    public sealed class Source(string name, OptionsMonitorNotifier monitoring) : IOptionsChangeTokenSource<ResilientHttpClientOptions>
    {
        public string Name => name;

        public IChangeToken GetChangeToken() => monitoring.NextEdit;
    }
}
