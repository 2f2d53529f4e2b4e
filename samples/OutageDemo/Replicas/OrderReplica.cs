using System.Collections.Concurrent;
using OutageDemo.Demo;
using Resilience.Http;

namespace OutageDemo.Replicas;

/// <summary>One replica of the order API, with its traffic and the circuit of payments as it sees it.</summary>
internal sealed class OrderReplica : IAsyncDisposable
{
    private readonly ConcurrentQueue<CircuitTransition> _transitions = new();
    private readonly WebApplication _app;
    private readonly ICircuitRegistry _circuits;
    private readonly HttpClient _api;

    public OrderReplica(int number, WebApplication app)
    {
        (Number, _app) = (number, app);
        Network = app.Services.GetRequiredService<ReplicaNetwork>();
        _api = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Traffic = new OrderTraffic(_api);
        _circuits = app.Services.GetRequiredService<ICircuitRegistry>();
        _circuits.Transitioned += Record;
    }

    public int Number { get; }

    public ReplicaNetwork Network { get; }

    public OrderTraffic Traffic { get; }

    public IReadOnlyCollection<CircuitTransition> Transitions => _transitions;

    public CircuitState? State => _circuits.Find(DemoPlan.Service)?.State;

    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>Is called with each transition of the circuit.</summary>
    public Action<OrderReplica, CircuitTransition>? Transitioned { get; set; }

    public async ValueTask DisposeAsync()
    {
        _circuits.Transitioned -= Record;
        await _app.StopAsync();
        _api.Dispose();
        await _app.DisposeAsync();
    }

    private void Record(CircuitTransition transition)
    {
        if (transition.ServiceName == DemoPlan.Service)
        {
            _transitions.Enqueue(transition);
            Transitioned?.Invoke(this, transition);
        }
    }
}
