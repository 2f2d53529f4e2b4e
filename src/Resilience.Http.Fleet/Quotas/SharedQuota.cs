using Resilience.Http.Fleet.Running;
using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Requests;

namespace Resilience.Http.Fleet.Quotas;

/// <summary>
/// The part of this replica in a quota that all replicas share: it asks the store for permits, for the sends that wait and, while the quota
/// suffices for all, for those that will probably come. One question at a time, and never on the path of a call.
/// </summary>
internal sealed class SharedQuota(
    RateBucket bucket, string replica, IFleetStore store, FleetCounters counters, TimeProvider clock, Func<double> chance)
{
    /// <summary>A send has so many parts of a window left to leave the process after it took its permit.</summary>
    private const int Leaving = 25;

    private readonly StoreCommands _commands = new(store, clock, counters);
    private readonly StoreClock _time = new(clock);
    private readonly Demand _demand = new(clock);
    private readonly Dictionary<long, int> _granted = [];
    private FleetGrant? _last;
    private int _length;
    private long _answeredAt;
    private long? _presentAt;
    private long? _shortAt;
    private int _emptyAnswers;

    /// <summary>How many replicas took part lately, this one included.</summary>
    public int Replicas { get; private set; } = 1;

    /// <summary>Whether the store has answered yet.</summary>
    public bool IsKnown => _presentAt is not null;

    /// <summary>Whether sends wait for which there is no permit yet.</summary>
    public bool IsWanting => Missing > 0;

    /// <summary>
    /// How long the next question can wait if no permit is missing now; <see cref="Timeout.InfiniteTimeSpan"/> if there will be none. On a
    /// busy machine, a send that waits for the window of a permit may miss it, and needs another one then.
    /// </summary>
    public TimeSpan UntilUnasked => Ready > 0 || bucket.Queue.Count > 0 ? Window : Timeout.InfiniteTimeSpan;

    private int WindowLength => QuotaTimes.WindowLength(bucket.Options.Per);

    private TimeSpan Window => TimeSpan.FromMilliseconds(WindowLength);

    private string ReplicaSet => $"replicas|{bucket.Service}";

    /// <summary>Whether the quota did not suffice for all within the last period.</summary>
    private bool IsShort => _shortAt is { } at && clock.GetElapsedTime(at) < Window * QuotaTimes.Windows;

    /// <summary>
    /// The sends that wait, less the permits that they can take: those of this moment, or also those of later windows if there are not
    /// enough for all.
    /// </summary>
    private int Missing => bucket.IsShared ? Math.Max(0, bucket.Queue.Count - Held) : 0;

    private int Held => IsShort
        ? bucket.Queue.Look(static (pace, now) => pace.Granted.CountUntil(Timestamps.Never, now))
        : bucket.Queue.Look(static (pace, now) => pace.Granted.CountUntil(now, now));

    /// <summary>How many permits to have ready in each window; none if there are not enough for all.</summary>
    private int Ready => bucket.IsShared && !IsShort ? _demand.In(WindowLength) : 0;

    /// <summary>
    /// How long to wait after an answer at least. If there was less than was wanted: until there can be more. Replicas that got nothing
    /// wait a little longer each time, and all of them at random, so that none is always the first.
    /// </summary>
    public TimeSpan Pause()
    {
        if (_last is not { } last || last.Next <= last.First)
        {
            return QuotaTimes.Shortest;
        }

        var next = _time.NotBefore((last.Next - QuotaTimes.Ahead + 1) * _length);
        var spread = QuotaTimes.Shortest * chance() * Math.Clamp(_emptyAnswers, 1, 4);
        var wait = (clock.Until(clock.GetTimestamp(), next) ?? TimeSpan.Zero) + spread;
        return wait < QuotaTimes.Shortest ? QuotaTimes.Shortest : wait > QuotaTimes.Longest ? QuotaTimes.Longest : wait;
    }

    /// <summary>Asks for what is wanted, if anything is.</summary>
    /// <param name="always">Asks also if nothing is wanted, to find out whether the store answers.</param>
    /// <param name="cancellationToken">The host stops.</param>
    /// <returns>Whether it asked, and the store answered. It never asks if the rate is not shared.</returns>
    public async ValueTask<bool> AskAsync(bool always, CancellationToken cancellationToken)
    {
        _demand.Observe(bucket.Queue.Look(static (pace, _) => pace.Granted.Taken));
        var options = bucket.Options;
        if (options.Permits is not { } permits || !bucket.IsShared)
        {
            return false;
        }

        BeginWith(WindowLength);
        var wanted = Wanted();
        if (!always && wanted.All(static count => count == 0))
        {
            return false;
        }

        var grant = await AskAsync(permits, options.Burst ?? permits, wanted, cancellationToken).ConfigureAwait(false);
        await ShowPresenceAsync(cancellationToken).ConfigureAwait(false); // A store that takes only one of the two commands is of no use.
        Take(grant, wanted);
        return true;
    }

    /// <summary>This replica takes part no longer, so that the shares of the others are larger at once.</summary>
    public async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        if (_presentAt is not null)
        {
            await SyncAsync(until: 0, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Another length of the windows is another quota.</summary>
    private void BeginWith(int length)
    {
        if (_length != length)
        {
            (_length, _last) = (length, null);
            _granted.Clear();
        }
    }

    private int[] Wanted()
    {
        var (ready, current) = (Ready, _time.Now / _length);
        foreach (var past in _granted.Keys.Where(window => window < current).ToList())
        {
            _granted.Remove(past);
        }

        int[] wanted =
        [
            0,
            .. Enumerable.Range(1, QuotaTimes.Ahead - 1)
                .Select(ahead => Math.Max(0, ready - _granted.GetValueOrDefault(current + ahead))),
        ];

        // In the last quarter of a window its permits would arrive too late to be used.
        wanted[_time.Now % _length > _length * 3 / 4 ? 1 : 0] += Missing;
        return wanted;
    }

    private async ValueTask<FleetGrant> AskAsync(int permits, int burst, int[] wanted, CancellationToken cancellationToken)
    {
        var askedAt = clock.GetTimestamp();
        var request = new FleetGrantRequest(
            $"quota|{bucket.Service}|{_length}",
            permits,
            burst,
            _length,
            QuotaTimes.Windows,
            wanted,
            HadAnswer: _last is not null && clock.GetElapsedTime(_answeredAt) < Window * QuotaTimes.Windows,
            NotAfter: _time.IsKnown ? _time.Now + (long)FleetTimes.Command.TotalMilliseconds : long.MaxValue);
        var grant = await _commands
            .RunAsync((store, token) => store.GrantAsync(request, token), cancellationToken).ConfigureAwait(false);
        _time.Set(grant.Now, askedAt);
        (_last, _answeredAt) = (grant, clock.GetTimestamp());
        if (_time.Uncertainty > Window / 2)
        {
            throw new TimeoutException(); // Its permits would be over before it is sure that they have begun.
        }

        return grant;
    }

    private void Take(FleetGrant grant, int[] wanted)
    {
        _emptyAnswers = wanted.Sum() > 0 && grant.Granted.Sum() == 0 ? _emptyAnswers + 1 : 0;
        _shortAt = grant.Next > grant.First ? _answeredAt : _shortAt;
        var windows = new List<GrantedWindow>(QuotaTimes.Ahead);
        var leaving = clock.After(0, Window / Leaving);
        for (var i = 0; i < grant.Granted.Count; i++)
        {
            var (number, permits) = (grant.First + i, grant.Granted[i]);
            _granted[number] = _granted.GetValueOrDefault(number) + permits;
            var window = new GrantedWindow(
                _time.NotBefore(number * _length), _time.Before((number + 1) * _length) - leaving, permits);
            if (permits > 0 && window.From < window.Until)
            {
                windows.Add(window);
            }
        }

        bucket.Queue.TryChange(
            static (pace, grant, now) => pace.Grant(grant.windows, grant.next, now),
            (windows, next: _time.NotBefore(grant.Next * _length)));
    }

    private async ValueTask ShowPresenceAsync(CancellationToken cancellationToken)
    {
        if (_presentAt is not { } at || clock.GetElapsedTime(at) >= QuotaTimes.Presence)
        {
            Replicas = Math.Max(1, await SyncAsync(_time.Now + (long)FleetTimes.Traffic.TotalMilliseconds, cancellationToken)
                .ConfigureAwait(false));
            _presentAt = clock.GetTimestamp();
        }
    }

    /// <returns>How many replicas take part.</returns>
    private async ValueTask<int> SyncAsync(long until, CancellationToken cancellationToken)
    {
        var sync = new FleetSync(replica, [new(ReplicaSet, until)], []);
        var result = await _commands
            .RunAsync((store, token) => store.SyncAsync(sync, token), cancellationToken).ConfigureAwait(false);
        return (int)Math.Min(result.Counts[0], QuotaTimes.MostReplicas);
    }
}
