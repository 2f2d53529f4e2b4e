using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.DashboardTests.Fixtures;

/// <summary>A read model with services that a test made up. They are put in the place of the app's own.</summary>
internal sealed class FakeServices : IServiceMonitor, ICircuitRegistry
{
    private readonly Lock _ticking = new();
    private IReadOnlyList<ServiceSnapshot> _services = [];

    public event Action? Updated;

    public event Action<CircuitTransition>? Transitioned;

    public IReadOnlyList<ServiceSetting> Settings { get; set; } = [];

    public int Watchers => Updated?.GetInvocationList().Length ?? 0;

    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IServiceMonitor>(this);
        services.AddSingleton<ICircuitRegistry>(this);
    }

    public void Show(IReadOnlyList<ServiceSnapshot> services)
    {
        Volatile.Write(ref _services, services);
        Tick();
    }

    /// <summary>Ends a second, and then one every second, so that a page that shows them has news.</summary>
    public IDisposable TickEverySecond() => new Timer(_ => Tick(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    private void Tick()
    {
        lock (_ticking)
        {
            Updated?.Invoke();
        }
    }

    public void Report(CircuitTransition transition) => Transitioned?.Invoke(transition);

    IReadOnlyList<ServiceSnapshot> IServiceMonitor.GetAll() => Volatile.Read(ref _services);

    public ServiceSnapshot? Find(string serviceName) => _services.FirstOrDefault(service => service.ServiceName == serviceName);

    public IReadOnlyList<ServiceSetting> GetSettings(string serviceName) => Settings;

    IReadOnlyList<CircuitSnapshot> ICircuitRegistry.GetAll() => [.. _services.SelectMany(service => service.Circuits)];

    public CircuitSnapshot? Find(string serviceName, string? authority) => Find(serviceName)?.Circuits is [var first, ..] ? first : null;

    public void Isolate(string serviceName, string reason, TimeSpan? duration = null, string? authority = null)
    {
    }

    public void Reset(string serviceName, string? authority = null)
    {
    }
}
