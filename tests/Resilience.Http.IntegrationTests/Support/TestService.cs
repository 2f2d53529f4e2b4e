using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OutageDemo.Downstreams;

namespace Resilience.Http.IntegrationTests.Support;

/// <summary>One of the sample's services on a free port, answering <c>{"id":1}</c> to GET and POST, and a bare client for it.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly DownstreamService _service;

    private TestService(DownstreamService service, HttpProtocols protocol)
    {
        _service = service;
        Client = protocol.CreateClient(service.Address);
    }

    public Uri Address => _service.Address;

    public Arrivals Arrivals => _service.Arrivals;

    public HttpClient Client { get; }

    public static async Task<TestService> StartAsync(HttpProtocols protocol, TimeProvider? clock = null, Func<double>? chance = null)
    {
        var service = await DownstreamService.StartAsync(
            "things", app => app.MapMethods("/things", ["GET", "POST"], () => new { id = 1 }), 0, protocol, clock, chance);
        return new TestService(service, protocol);
    }

    public static async Task<TestService> StartAsync(HttpProtocols protocol, Fault fault)
    {
        var service = await StartAsync(protocol);
        await service.SwitchAsync(fault);
        return service;
    }

    public Task SwitchAsync(Fault fault) => SwitchAsync(new FaultSetting(fault));

    public Task SwitchAsync(FaultSetting setting) => _service.SwitchAsync(setting);

    /// <summary>The next request to arrive after this was asked.</summary>
    public Task<Arrival> NextArrivalAsync()
    {
        var next = new TaskCompletionSource<Arrival>(TaskCreationOptions.RunContinuationsAsynchronously);
        Arrivals.Arrived += Arrived;
        return next.Task;

        void Arrived(Arrival arrival)
        {
            Arrivals.Arrived -= Arrived;
            next.TrySetResult(arrival);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _service.DisposeAsync();
    }
}
