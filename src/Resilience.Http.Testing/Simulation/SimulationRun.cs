using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http.Testing.Simulation;

/// <summary>
/// Calls through real clients to a simulated service, in virtual time. One thread runs all of it, so the same seed gives the same figures.
/// </summary>
internal sealed class SimulationRun : IDisposable
{
    /// <summary>How long calls may go on after the last one has begun: longer than any call that counts as answered in time.</summary>
    private static readonly TimeSpan RunOut = TimeSpan.FromSeconds(31);

    private static readonly Uri Address = new("http://service.internal/");

    private readonly VirtualTimeProvider _clock = new() { VirtualTimeLimit = Timeout.InfiniteTimeSpan };
    private readonly SimulationOptions _options;
    private readonly Random _random;
    private readonly CallTimeline _timeline;
    private readonly List<double> _latencies = [];
    private readonly SimulatedReplica[] _replicas;
    private TimeSpan? _firstRefusal;
    private int _fallbacks;

    public SimulationRun(SimulationOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _timeline = new CallTimeline((int)options.Load.Length.TotalSeconds);
        var network = new SimulatedNetwork(options.Service, _clock, new Random(options.Seed + 1), () => _timeline.Send(Second));
        _replicas = [.. Enumerable.Range(0, options.Replicas)
            .Select(number => new SimulatedReplica(options, network, _clock, seed: options.Seed + 2 + number))];
    }

    private int Second => (int)_clock.Elapsed.TotalSeconds;

    public void Dispose() => Array.ForEach(_replicas, static replica => replica.Dispose());

    public SimulationResult Run()
    {
        _clock.RunAsync(RunAsync).GetAwaiter().GetResult();
        return new SimulationResult(_timeline, _latencies, _firstRefusal, _fallbacks);
    }

    private Task RunAsync()
    {
        switch (_options.Load)
        {
            case SimulatedLoad.Rate open:
                CallAtRate(open.CallsPerSecond);
                break;
            case SimulatedLoad.Loop closed:
                for (var caller = 0; caller < closed.Callers; caller++)
                {
                    _ = CallInTurnAsync(_replicas[caller % _replicas.Length], closed.Pause);
                }

                break;
        }

        return Task.Delay(_options.Load.Length + RunOut, _clock);
    }

    /// <summary>By a timer, whose instants are exact; Task.Delay counts in milliseconds.</summary>
    private void CallAtRate(double rate)
    {
        var calls = (int)(rate * _options.Load.Length.TotalSeconds);
        var begun = 0;
        ITimer? arrivals = null;
        arrivals = _clock.CreateTimer(_ => Arrive(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Await();

        void Arrive()
        {
            _ = CallAsync(_replicas[begun % _replicas.Length]);
            if (++begun < calls)
            {
                Await();
            }
        }

        void Await() =>
            arrivals!.Change(TimeSpan.FromSeconds((begun + _random.NextDouble()) / rate) - _clock.Elapsed, Timeout.InfiniteTimeSpan);
    }

    private async Task CallInTurnAsync(SimulatedReplica replica, TimeSpan pause)
    {
        await Task.Delay(pause * _random.NextDouble(), _clock).ConfigureAwait(false);
        while (_clock.Elapsed < _options.Load.Length)
        {
            await CallAsync(replica).ConfigureAwait(false);
            await Task.Delay(pause, _clock).ConfigureAwait(false);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Any exception is a call that failed.")]
    private async Task CallAsync(SimulatedReplica replica)
    {
        var (begin, second) = (_clock.GetTimestamp(), Second);
        _timeline.Begin(second);
        try
        {
            using var request = new HttpRequestMessage(_options.Method, Address);
            using var response = await replica.Client.SendAsync(request).ConfigureAwait(false);
            if (response.IsFallback())
            {
                _fallbacks++;
            }
            else if (response.IsSuccessStatusCode)
            {
                Answer(second, _clock.GetElapsedTime(begin));
            }
        }
        catch (Exception exception) when (exception is CircuitOpenException or LimitExceededException)
        {
            _firstRefusal ??= _clock.Elapsed;
            _timeline.Refuse(second);
        }
        catch (Exception)
        {
            // A call that failed: it was begun and not answered.
        }
    }

    private void Answer(int second, TimeSpan latency)
    {
        _latencies.Add(latency.TotalMilliseconds);
        if (latency <= _options.AnsweredWithin)
        {
            _timeline.Answer(second);
        }
    }
}
