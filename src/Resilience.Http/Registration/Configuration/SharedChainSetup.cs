using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// Adds the chain to all clients that have no other setup before it, as most resilient clients are registered. The factory asks every setup
/// for every client. So a setup for each client would make a start with a thousand of them ask a million more times.
/// </summary>
internal sealed class SharedChainSetup(Action<HttpMessageHandlerBuilder> addChain) : IConfigureNamedOptions<HttpClientFactoryOptions>
{
    private readonly HashSet<string> _clients = new(StringComparer.Ordinal);
    private readonly HashSet<string> _setUpSince = new(StringComparer.Ordinal);
    private ServiceDescriptor? _last;
    private bool _allSetUpSince;

    /// <summary>Adds the chain of a client behind what has been set up for the client so far.</summary>
    /// <returns>
    /// Whether it stands there. If not, something was set up for the client since this setup was added, and the client needs its own.
    /// </returns>
    public bool TryAdd(string client, IServiceCollection services)
    {
        if (!LookBack(services))
        {
            services.Add(ServiceDescriptor.Singleton<IConfigureOptions<HttpClientFactoryOptions>>(this));
            _last = services[^1];
        }

        if (_allSetUpSince || _setUpSince.Contains(client))
        {
            return false;
        }

        _clients.Add(client);
        return true;
    }

    public void Configure(HttpClientFactoryOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, HttpClientFactoryOptions options)
    {
        if (name is not null && _clients.Contains(name))
        {
            options.HttpMessageHandlerBuilderActions.Add(addChain);
        }
    }

    /// <summary>Notes the setups that were added since the last time. Looking through all for each client would take long.</summary>
    /// <returns>Whether this setup is among the services.</returns>
    private bool LookBack(IServiceCollection services)
    {
        ServiceDescriptor? last = null;
        for (var i = services.Count - 1; i >= 0; i--)
        {
            var service = services[i];
            if (service.IsKeyedService || service.ServiceType != typeof(IConfigureOptions<HttpClientFactoryOptions>))
            {
                continue;
            }

            last ??= service;
            if (ReferenceEquals(service, _last) || service.ImplementationInstance == this)
            {
                _last = last;
                return true;
            }

            Note(service);
        }

        _clients.Clear();
        _setUpSince.Clear();
        _allSetUpSince = false;
        return false;
    }

    /// <summary>A setup without a name that can be read may be for any client.</summary>
    private void Note(ServiceDescriptor service)
    {
        if (service.ImplementationInstance is ConfigureNamedOptions<HttpClientFactoryOptions> { Name: { } name })
        {
            _setUpSince.Add(name);
        }
        else
        {
            _allSetUpSince = true;
        }
    }
}
