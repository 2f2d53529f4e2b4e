using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Resilience.Http.Dashboard.Contract;

namespace Resilience.Http.Dashboard.Streaming;

/// <summary>
/// The viewers of the dashboard. Each event is made once for all of them. While there are none, it listens to nothing and keeps nothing.
/// </summary>
internal sealed class ViewerHub(IServiceMonitor monitor, ICircuitRegistry circuits, TimeProvider clock)
{
    public const int MostViewers = 16;

    /// <summary>A viewer whose connection broke for a moment goes on where it was.</summary>
    private const int MostKept = 30;

    private readonly Lock _gate = new();
    private readonly List<Viewer> _viewers = [];
    private readonly Queue<StreamItem> _kept = new();
    private readonly LiveChanges _changes = new();
    private readonly long _startedAt = clock.GetTimestamp();
    private long _number;
    private bool _listens;
    private volatile HashSet<string> _known = []; // Replaced, never changed. What it lacks, a viewer may not have.

    /// <summary>Differs after each start, so that a page knows that what it shows is from before.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The state of all services, as JSON.</summary>
    public string Snapshot() => JsonSerializer.Serialize(
        new StateView(Instance, Now, Elapsed, [.. monitor.GetAll().Select(Views.From)]), DashboardJson.Default.StateView);

    /// <summary>Adds a viewer.</summary>
    /// <param name="lastEventId">The last event that it has seen, if it was here before.</param>
    /// <param name="viewer">The viewer. The caller that added it removes it.</param>
    /// <returns>False if there are as many as there may be.</returns>
    public bool TryJoin(string? lastEventId, [NotNullWhen(true)] out Viewer? viewer)
    {
        viewer = null;
        var known = _listens ? [] : NamesOf(monitor.GetAll());
        lock (_gate)
        {
            if (_viewers.Count >= MostViewers)
            {
                return false;
            }

            viewer = new Viewer(Missed_NeedsLock(lastEventId), _number);
            _viewers.Add(viewer);
            if (_listens)
            {
                return true;
            }

            _listens = true;
        }

        _known = known;
        monitor.Updated += Tick;
        circuits.Transitioned += Report;
        return true;
    }

    public void Leave(Viewer viewer)
    {
        lock (_gate)
        {
            _viewers.Remove(viewer);
        }

        viewer.Dispose();
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private long Elapsed => (long)clock.GetElapsedTime(_startedAt).TotalMilliseconds;

    private void Tick()
    {
        if (StopsListening())
        {
            return;
        }

        var services = monitor.GetAll();
        var changed = _changes.In([.. services.Select(Views.Live)]);
        var tick = new TickView(Now, Elapsed, changed, AddedTo(_known, services));
        if (tick.Added is not null)
        {
            _known = NamesOf(services);
        }

        Send(StreamItem.Tick, JsonSerializer.Serialize(tick, DashboardJson.Default.TickView));
    }

    private static List<ServiceView>? AddedTo(HashSet<string> known, IReadOnlyList<ServiceSnapshot> services) =>
        services.All(service => known.Contains(service.ServiceName))
            ? null
            : [.. services.Where(service => !known.Contains(service.ServiceName)).Select(Views.From)];

    private static HashSet<string> NamesOf(IReadOnlyList<ServiceSnapshot> services) =>
        services.Select(static service => service.ServiceName).ToHashSet(StringComparer.Ordinal);

    private void Report(CircuitTransition transition)
    {
        var service = monitor.Find(transition.ServiceName);
        var news = new TransitionNews(Now, Elapsed, Views.From(transition), service is null ? null : Views.Live(service));
        Send(StreamItem.Transition, JsonSerializer.Serialize(news, DashboardJson.Default.TransitionNews));
    }

    /// <summary>A turn without viewers is the last one, so that a viewer who comes back at once finds what it missed.</summary>
    private bool StopsListening()
    {
        lock (_gate)
        {
            if (_viewers.Count > 0)
            {
                return false;
            }

            (_listens, _number) = (false, _number + MostKept); // what was kept is of no use to later viewers
            _kept.Clear();
        }

        _changes.Clear();
        monitor.Updated -= Tick;
        circuits.Transitioned -= Report;
        return true;
    }

    private void Send(string kind, string json)
    {
        List<Viewer> slow;
        lock (_gate)
        {
            var item = new StreamItem(++_number, kind, json);
            _kept.Enqueue(item);
            if (_kept.Count > MostKept)
            {
                _kept.Dequeue();
            }

            slow = [.. _viewers.Where(viewer => !viewer.TrySend(item))];
            _viewers.RemoveAll(slow.Contains);
        }

        slow.ForEach(static viewer => viewer.Drop());
    }

    private List<StreamItem>? Missed_NeedsLock(string? lastEventId)
    {
        if (lastEventId?.Split('-') is not [var instance, var text]
            || instance != Instance
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || !_kept.TryPeek(out var oldest)
            || last < oldest.Number - 1
            || last > _number)
        {
            return null;
        }

        return [.. _kept.Where(item => item.Number > last)];
    }
}
