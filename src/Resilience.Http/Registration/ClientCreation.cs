using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;

namespace Resilience.Http.Registration;

/// <summary>Gives each HttpClient of a resilient client what belongs to the HttpClient itself, after all the user's own configuration has run.</summary>
internal sealed class ClientCreation(ClientRegistrations registrations, ResilientServices services) : IPostConfigureOptions<HttpClientFactoryOptions>
{
    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        if (name is not null && registrations.HasChain(name))
        {
            options.HttpClientActions.Add(client => Prepare(client, name));
        }
    }

    private void Prepare(HttpClient client, string name)
    {
        var service = services.Get(name);
        if (service.Options.BaseAddress is { } address)
        {
            client.BaseAddress = address;
        }
    }
}
