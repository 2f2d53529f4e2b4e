namespace Resilience.Http.Testing.Simulation;

/// <summary>The service as its clients see it: one address, behind which a balancer chooses a backend for each request.</summary>
internal sealed class SimulatedNetwork : HttpMessageHandler
{
    private readonly SimulatedService _service;
    private readonly Backend[] _backends;
    private readonly Random _random;
    private readonly Action _onSend;
    private int _next;

    /// <param name="service">What is simulated.</param>
    /// <param name="clock">The clock of the simulation.</param>
    /// <param name="random">The chance of the service.</param>
    /// <param name="onSend">Is called for each request.</param>
    public SimulatedNetwork(SimulatedService service, VirtualTimeProvider clock, Random random, Action onSend)
    {
        _service = service;
        _random = random;
        _onSend = onSend;
        _backends = [.. Enumerable.Range(0, service.Backends).Select(number => new Backend(service, number, clock, random))];
        foreach (var change in service.Faults.SelectMany(static fault => new[] { fault.From, fault.To })
            .Where(static change => change < TimeSpan.MaxValue)
            .Distinct())
        {
            clock.CreateTimer(
                _ => Array.ForEach(_backends, static backend => backend.OnFaultsChanged()), null, change, Timeout.InfiniteTimeSpan);
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _onSend();
        return _backends[Choose()].ReceiveAsync(cancellationToken);
    }

    private int Choose() =>
        _service.Balancing == SimulatedBalancing.Random ? _random.Next(_backends.Length) : _next++ % _backends.Length;
}
