using Resilience.Http.Fleet.Quotas;
using Resilience.Http.Fleet.Running;
using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Many replicas in virtual time that share one quota. The same seed gives the same run.</summary>
internal sealed class QuotaSimulation
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    public QuotaSimulation(int replicas, int seed, Action<HttpRateLimitOptions>? configure = null, TimeSpan storeShift = default)
    {
        Random = new(seed);
        Store = new(new ShiftedClock(Clock, storeShift));
        Replicas = [.. Enumerable.Range(0, replicas).Select(number => new QuotaReplica(this, number, Options(configure)))];
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
    }

    public VirtualTimeProvider Clock { get; } = new();

    public Random Random { get; }

    public InMemoryFleetStore Store { get; }

    public IReadOnlyList<QuotaReplica> Replicas { get; }

    public long Commands => Replicas.Sum(static replica => replica.Counters.Commands);

    /// <summary>When each send left, in milliseconds of the clock that the store has too.</summary>
    public IReadOnlyList<double> Sends => [.. Replicas.SelectMany(static replica => replica.Sends).Order()];

    public static HttpRateLimitOptions Options(Action<HttpRateLimitOptions>? configure)
    {
        var options = new HttpRateLimitOptions
        {
            Enabled = true,
            Permits = 100,
            Scope = HttpRateLimitScope.Fleet,
            QueueLimit = 50,
        };
        configure?.Invoke(options);
        return options;
    }

    public void Run(double seconds)
    {
        var end = Clock.Elapsed + TimeSpan.FromSeconds(seconds);
        while (Clock.Elapsed < end)
        {
            Clock.Advance(Tick);
            foreach (var replica in Replicas.OrderBy(_ => Random.Next()).ToList())
            {
                replica.Step();
            }
        }
    }

    /// <summary>The most sends in any period, wherever it begins.</summary>
    public int MostIn(TimeSpan period, double from = 0) => MostIn(Sends, period, from);

    public static int MostIn(IReadOnlyList<double> sends, TimeSpan period, double from = 0)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < sends.Count; last++)
        {
            while (sends[last] - sends[first] >= period.TotalMilliseconds || sends[first] < from)
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    public int CountBetween(double from, double to) => Sends.Count(at => at >= from * 1000 && at < to * 1000);
}

/// <summary>One replica: calls that come at random, and the loop that asks for permits.</summary>
internal sealed class QuotaReplica : IPermitSource
{
    private readonly QuotaSimulation _fleet;
    private readonly List<Task<QueueResult>> _calls = [];
    private readonly QuotaLoop _loop;
    private readonly long _origin;
    private TimeSpan _nextCall;
    private TimeSpan _nextStep;
    private TimeSpan _unaskedAt = TimeSpan.MaxValue;

    public QuotaReplica(QuotaSimulation fleet, int number, HttpRateLimitOptions options)
    {
        (_fleet, _origin) = (fleet, fleet.Clock.GetTimestamp());
        var host = new ResilienceRuntime(fleet.Clock, fleet.Random.NextDouble);
        host.GetOrCreate(static _ => new PermitSourceSlot()).Source = this;
        Bucket = new("payments", "*", "*", options, host);
        _loop = new(Bucket, $"r{number}", fleet.Store, Counters, host);
    }

    public RateBucket Bucket { get; }

    public FleetCounters Counters { get; } = new();

    public SharedQuota Quota => _loop.Quota;

    public double CallsPerSecond { get; set; }

    public bool IsDead { get; set; }

    public int Calls => _calls.Count;

    public bool IsLost => _loop.IsLost;

    public IEnumerable<double> Sends => Results
        .Where(static result => result.End == QueueEnd.Granted)
        .Select(result => _fleet.Clock.GetElapsedTime(_origin, result.TakenAt).TotalMilliseconds);

    /// <summary>All but those that still wait; what ended them in virtual time may still be on its way through the pool.</summary>
    public IReadOnlyList<QueueResult> Results
    {
        get
        {
            var waiting = Bucket.Queue.Count;
            var ended = SpinWait.SpinUntil(
                () => _calls.Count(static call => call.IsCompleted) == _calls.Count - waiting, TimeSpan.FromSeconds(30));
            Assert.True(ended);
            return [.. _calls.Where(static call => call.IsCompleted).Select(static call => call.GetAwaiter().GetResult())];
        }
    }

    public void OnWaiting(RateBucket bucket)
    {
    }

    public void Edit(Action<HttpRateLimitOptions> configure) => Bucket.Use(QuotaSimulation.Options(configure));

    public void Call() => _calls.Add(Bucket.Queue.EnterAsync(
        Bucket.Options.QueueLimit,
        _fleet.Clock.GetTimestamp() + TimeSpan.FromSeconds(10).Ticks,
        TimeSpan.MaxValue,
        async: true,
        CancellationToken.None));

    public void Step()
    {
        var now = _fleet.Clock.Elapsed;
        while (CallsPerSecond > 0 && now >= _nextCall && !IsDead)
        {
            _nextCall = (_nextCall == default ? now : _nextCall)
                + TimeSpan.FromSeconds(-Math.Log(1 - _fleet.Random.NextDouble()) / CallsPerSecond);
            Call();
        }

        if (!IsDead && now >= _nextStep && (_loop.Quota.IsWanting || _loop.IsLost || now >= _unaskedAt))
        {
            _nextStep = now + _loop.StepAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            var unasked = _loop.Quota.UntilUnasked;
            _unaskedAt = unasked == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _nextStep + unasked;
        }
    }
}
