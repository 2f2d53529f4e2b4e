using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.ServiceDiscovery;

namespace Resilience.Http.Tests.ServiceDiscovery;

/// <summary>A registry of pods that the test controls.</summary>
internal sealed class Pods : IServiceEndpointProviderFactory, IServiceEndpointProvider, IHostNameFeature
{
    private CancellationTokenSource _changed = new();

    public string[] Addresses { get; set; } = ["10.0.0.1"];

    public string? HostName { get; init; } = "basket.example";

    public Task Answer { get; set; } = Task.CompletedTask;

    /// <summary>What the registry does before it answers.</summary>
    public Func<Task> Ask { get; init; } = static () => Task.CompletedTask;

    string IHostNameFeature.HostName => HostName!;

    public void Change() => Interlocked.Exchange(ref _changed, new()).Cancel();

    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        provider = this;
        return true;
    }

    public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        endpoints.AddChangeToken(new Microsoft.Extensions.Primitives.CancellationChangeToken(_changed.Token));
        await Answer.WaitAsync(cancellationToken);
        await Ask();
        foreach (var address in Addresses)
        {
            var endpoint = ServiceEndpoint.Create(new IPEndPoint(IPAddress.Parse(address), 8080));
            if (HostName is not null)
            {
                endpoint.Features.Set<IHostNameFeature>(this);
            }

            endpoints.Endpoints.Add(endpoint);
        }
    }

    public ValueTask DisposeAsync() => default;
}
