using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Resilience.Http.Registration.Configuration;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Registration;

/// <summary>
/// Gives each HttpClient of a resilient client what belongs to the HttpClient itself, after all the user's own configuration has run.
/// </summary>
internal sealed class HttpClientConfigurator(ClientRegistrations registrations, IServiceProvider root)
    : IPostConfigureOptions<HttpClientFactoryOptions>
{
    private LiveOptions? _clients;

    /// <summary>
    /// Resolved when an HttpClient is created, no sooner: they log, so a logger provider that takes the factory would wait for itself.
    /// Kept, because the factory makes clients of a name that it knows even after the container was disposed.
    /// </summary>
    private LiveOptions Clients => _clients ??= root.GetRequiredService<LiveOptions>();

    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        if (name is null)
        {
            return;
        }

        if (registrations.HasChain(name))
        {
            options.HttpClientActions.Add(client => Prepare(client, name));
        }
        else if (registrations.Find(name)?.NeedsChain is not null && registrations.LacksChain(name))
        {
            options.HttpClientActions.Add(_ => Clients.Start()); // without a host this is where it is reported
        }
    }

    private void Prepare(HttpClient client, string name)
    {
        var service = Clients.Get(name);
        if (service.Options.BaseAddress is { } address)
        {
            client.BaseAddress = address;
        }

        client.BaseAddress ??= service.Options.GetDefaultBaseAddress();

        HttpClientTimeoutPlan.Apply(client, service);
    }
}
