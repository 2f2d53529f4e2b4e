using Microsoft.Extensions.DependencyInjection;
using Polly;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>
/// Calls through a real client to a simulated service, in virtual time. One thread runs all of it, so the same seed gives the same figures.
/// </summary>
internal sealed class Simulation : IDisposable
{
    /// <summary>How long calls may go on after the last one has begun: longer than any call that counts as answered in time.</summary>
    private static readonly TimeSpan RunOut = TimeSpan.FromSeconds(31);

    private static readonly Uri Address = new("http://service.internal/");

    private readonly VirtualTimeProvider _clock = new();
    private readonly LoadModel _load;
    private readonly TimeSpan _limit;
    private readonly Random _random;
    private readonly CallTimeline _timeline;
    private readonly List<double> _latencies = [];
    private readonly ServiceProvider _services;
    private readonly HttpClient _client;

    private Simulation(ServiceModel service, LoadModel load, SimulatedClient client, int seed, TimeSpan limit)
    {
        _load = load;
        _limit = limit;
        _random = new Random(seed);
        _timeline = new CallTimeline((int)load.Length.TotalSeconds);
        var network = new SimulatedService(service, _clock, new Random(seed + 1), () => _timeline.Send(Second));
        var services = new ServiceCollection();
        client.Register(services);
        services.AddHttpClient(SimulatedClient.ServiceName).ConfigurePrimaryHttpMessageHandler(() => network);
        _services = services.AddSingleton<TimeProvider>(_clock).UseSeededChance(seed + 2).BuildServiceProvider();
        _client = _services.GetRequiredService<IHttpClientFactory>().CreateClient(SimulatedClient.ServiceName);
        _client.Timeout = Timeout.InfiniteTimeSpan; // it runs on the system's clock
    }

    private int Second => (int)_clock.Elapsed.TotalSeconds;

    /// <param name="service">What is called.</param>
    /// <param name="load">How often.</param>
    /// <param name="client">What calls it.</param>
    /// <param name="seed">The source of all chance.</param>
    /// <param name="limit">How long a call may take to count as answered in time; 10 seconds if it is not set.</param>
    public static SimulationResult Run(ServiceModel service, LoadModel load, SimulatedClient client, int seed, TimeSpan? limit = null)
    {
        using var simulation = new Simulation(service, load, client, seed, limit ?? TimeSpan.FromSeconds(10));
        return simulation.Run();
    }

    public void Dispose() => _services.Dispose();

    private SimulationResult Run()
    {
        _clock.RunAsync(RunAsync).GetAwaiter().GetResult();
        return new SimulationResult(_timeline, (int)_load.Length.TotalSeconds, _latencies);
    }

    private Task RunAsync()
    {
        switch (_load)
        {
            case LoadModel.Open open:
                CallAtRate(open.CallsPerSecond);
                break;
            case LoadModel.Closed closed:
                for (var caller = 0; caller < closed.Callers; caller++)
                {
                    _ = CallInTurnAsync(closed.Pause);
                }

                break;
        }

        return Task.Delay(_load.Length + RunOut, _clock);
    }

    /// <summary>By a timer, whose instants are exact; Task.Delay counts in milliseconds.</summary>
    private void CallAtRate(double rate)
    {
        var calls = (int)(rate * _load.Length.TotalSeconds);
        var begun = 0;
        ITimer? arrivals = null;
        arrivals = _clock.CreateTimer(_ => Arrive(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Await();

        void Arrive()
        {
            _ = CallAsync();
            if (++begun < calls)
            {
                Await();
            }
        }

        void Await() =>
            arrivals!.Change(TimeSpan.FromSeconds((begun + _random.NextDouble()) / rate) - _clock.Elapsed, Timeout.InfiniteTimeSpan);
    }

    private async Task CallInTurnAsync(TimeSpan pause)
    {
        await Task.Delay(pause * _random.NextDouble(), _clock);
        while (_clock.Elapsed < _load.Length)
        {
            await CallAsync();
            await Task.Delay(pause, _clock);
        }
    }

    private async Task CallAsync()
    {
        var (begin, second) = (_clock.GetTimestamp(), Second);
        _timeline.Begin(second);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address);
            using var response = await _client.SendAsync(request);
            if (response.IsSuccessStatusCode)
            {
                Answer(second, _clock.GetElapsedTime(begin));
            }
        }
        catch (CircuitOpenException)
        {
            _timeline.Refuse(second);
        }
        catch (Exception exception) when (exception is HttpRequestException or RequestTimedOutException or ExecutionRejectedException)
        {
            // A call that failed: it was begun and not answered.
        }
    }

    private void Answer(int second, TimeSpan latency)
    {
        _latencies.Add(latency.TotalMilliseconds);
        if (latency <= _limit)
        {
            _timeline.Answer(second);
        }
    }
}
