using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>The service as its clients see it: one address, behind which a balancer chooses a backend for each request.</summary>
internal sealed class SimulatedService : HttpMessageHandler
{
    private readonly ServiceModel _model;
    private readonly Backend[] _backends;
    private readonly Random _random;
    private readonly Action _onSend;
    private int _next;

    /// <param name="model">What is simulated.</param>
    /// <param name="clock">The clock of the simulation.</param>
    /// <param name="random">The chance of the service.</param>
    /// <param name="onSend">Is called for each request.</param>
    public SimulatedService(ServiceModel model, VirtualTimeProvider clock, Random random, Action onSend)
    {
        _model = model;
        _random = random;
        _onSend = onSend;
        _backends = [.. Enumerable.Range(0, model.Backends).Select(number => new Backend(model, number, clock, random))];
        foreach (var change in model.Faults.SelectMany(static fault => new[] { fault.From, fault.To })
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

    private int Choose() => _model.Balancing == Balancing.Random ? _random.Next(_backends.Length) : _next++ % _backends.Length;
}
