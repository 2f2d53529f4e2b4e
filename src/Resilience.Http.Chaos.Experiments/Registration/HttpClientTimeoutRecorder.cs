using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Resilience.Http.Chaos.Experiments.Traffic;

namespace Resilience.Http.Chaos.Experiments.Registration;

/// <summary>
/// Takes down the timeout of each HttpClient when it is created: those who watch its calls see no more of it than a canceled token.
/// </summary>
internal sealed class HttpClientTimeoutRecorder(ClientTraffic traffic) : IPostConfigureOptions<HttpClientFactoryOptions>
{
    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        if (name is not null)
        {
            options.HttpClientActions.Add(client => traffic.Client(name).HttpClientTimeout = client.Timeout);
        }
    }
}
