using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OutageDemo.Downstreams;
using Resilience.Http.IntegrationTests.Support;

namespace Resilience.Http.IntegrationTests.CircuitBreaker;

/// <summary>Service discovery: an inner handler puts the address of an instance into the request's URI.</summary>
public sealed class LogicalAuthorityTests
{
    [Fact]
    public async Task A_rewritten_uri_leaves_the_circuit_with_the_name_the_caller_used()
    {
        await using var service = await TestService.StartAsync(HttpProtocols.Http1, Fault.Down);
        var discovery = new Discovery(service.Address);
        var services = new ServiceCollection();
        services.AddResilientHttpClient("things", options =>
        {
            options.BaseAddress = new Uri("http://things.internal/");
            options.Retry.MaxRetries = 2;
            options.Retry.BaseDelay = TimeSpan.Zero;
            options.CircuitBreaker.FailureThreshold = 3;
        }).AddHttpMessageHandler(() => discovery);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("things");
        var registry = provider.GetRequiredService<ICircuitRegistry>();

        using var response = await client.GetAsync("things");

        Assert.Equal(3, service.Arrivals.Read().Requests);
        Assert.Equal(Enumerable.Repeat("http://things.internal/things", 3), discovery.Asked); // each attempt is looked up anew
        var circuit = Assert.Single(registry.GetAll());
        Assert.Equal(("http://things.internal", CircuitState.Open), (circuit.Authority, circuit.State));
        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.GetAsync("things"));
        Assert.Equal("http://things.internal", refusal.Authority);
    }

    private sealed class Discovery(Uri instance) : DelegatingHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsoluteUri);
            request.RequestUri = new Uri(instance, request.RequestUri.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
