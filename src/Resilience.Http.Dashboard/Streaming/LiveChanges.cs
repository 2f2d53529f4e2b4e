using System.Text.Json;
using Resilience.Http.Dashboard.Contract;

namespace Resilience.Http.Dashboard.Streaming;

/// <summary>Finds the services that differ from the last time. Of 500 services, most have the same second again.</summary>
internal sealed class LiveChanges
{
    private readonly Dictionary<string, byte[]> _last = new(StringComparer.Ordinal);

    public IReadOnlyList<LiveView> In(IReadOnlyList<LiveView> services)
    {
        var changed = new List<LiveView>();
        foreach (var service in services)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(service, DashboardJson.Default.LiveView);
            if (!_last.TryGetValue(service.Name, out var before) || !json.AsSpan().SequenceEqual(before))
            {
                _last[service.Name] = json;
                changed.Add(service);
            }
        }

        return changed;
    }

    public void Clear() => _last.Clear();
}
