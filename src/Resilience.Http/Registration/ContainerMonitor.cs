using Resilience.Http.Monitoring;
using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Registration;

/// <summary>
/// The services of a container. Every registered client is known from the first question on, also before the host starts; the settings are
/// checked no sooner, so that an app can resolve the monitor while it is being built.
/// </summary>
internal sealed class ContainerMonitor(ServiceMonitor monitor, SettingOrigins origins, LiveOptions clients) : IServiceMonitor
{
    public event Action? Updated
    {
        add => monitor.Updated += value;
        remove => monitor.Updated -= value;
    }

    public IReadOnlyList<ServiceSnapshot> GetAll()
    {
        clients.Start();
        return monitor.GetAll();
    }

    public ServiceSnapshot? Find(string serviceName)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        clients.Start();
        return monitor.Find(serviceName);
    }

    public IReadOnlyList<ServiceSetting> GetSettings(string serviceName)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        clients.Start();
        return origins.Of(serviceName);
    }
}
