using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Resilience.Http.Chaos.Injection;

namespace Resilience.Http.Chaos.Registration;

/// <summary>Takes down the timeout of each HttpClient when it is created: those who watch its calls see no more of it than a cancelled token.</summary>
internal sealed class HttpClientTimeoutRecorder(IServiceProvider root) : IPostConfigureOptions<HttpClientFactoryOptions>
{
    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        if (name is not null)
        {
            // Asked for when an HttpClient is created, no sooner: the state logs, so a logger provider that takes the factory would wait for itself.
            options.HttpClientActions.Add(client => root.GetRequiredService<ChaosState>().Client(name).HttpClientTimeout = client.Timeout);
        }
    }
}
