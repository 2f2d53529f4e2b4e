using Resilience.Http.Chain;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry.Storms;

/// <summary>
/// An outage on virtual time: calls come at random at a steady rate, go through the real chain, and meet a server that stalls for a while.
/// One thread runs all of it, so the same seed gives the same figures.
/// </summary>
internal sealed class Storm : IDisposable
{
    public const double Capacity = 300;
    public const int StallSeconds = 10;

    private const int CalmSeconds = 10;
    private const int InARow = 5;

    private readonly VirtualTimeProvider _clock = new();
    private readonly Random _random;
    private readonly double _offered;
    private readonly long _begin;
    private readonly StormServer _server;
    private readonly HttpMessageInvoker _client;
    private readonly ITimer _arrivals;
    private readonly int[] _begun;
    private readonly int[] _succeeded;
    private int _inFlight;
    private int _mostInFlight;

    private Storm(StormPolicy policy, double offered, int seed, int watchedSeconds)
    {
        _begun = new int[CalmSeconds + StallSeconds + watchedSeconds + 1];
        _succeeded = new int[_begun.Length];
        _random = new Random(seed);
        _offered = offered;
        _begin = _clock.GetTimestamp();
        _server = new StormServer(_clock, Capacity, At(CalmSeconds), At(CalmSeconds + StallSeconds));
        var host = new ResilienceRuntime(_clock, _random.NextDouble);
        _client = Client(new ServiceState("storm", host, policy.Options()));
        _arrivals = _clock.CreateTimer(_ => Arrive(), null, Gap(), Timeout.InfiniteTimeSpan);
    }

    /// <param name="policy">What the clients do.</param>
    /// <param name="offered">Calls a second.</param>
    /// <param name="seed">Of the arrivals and of the jitter.</param>
    /// <param name="watchedSeconds">How long it is watched after the stall.</param>
    public static StormResult Run(StormPolicy policy, double offered, int seed, int watchedSeconds)
    {
        using var storm = new Storm(policy, offered, seed, watchedSeconds);
        return storm.Run();
    }

    public void Dispose()
    {
        _arrivals.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    private StormResult Run()
    {
        _clock.Advance(TimeSpan.FromSeconds(_begun.Length - 1));
        return new(SecondsToRecover(), (double)_server.Received / _begun.Sum(), _mostInFlight);
    }

    private HttpMessageInvoker Client(ServiceState service)
    {
        HttpMessageHandler inner = _server;
        foreach (var handler in ResilienceChain.HandlersFor(service).Reverse())
        {
            handler.InnerHandler = inner;
            inner = handler;
        }

        return new HttpMessageInvoker(inner);
    }

    private void Arrive()
    {
        _ = CallAsync((int)((_clock.GetTimestamp() - _begin) / TimeSpan.TicksPerSecond));
        _arrivals.Change(Gap(), Timeout.InfiniteTimeSpan);
    }

    private async Task CallAsync(int second)
    {
        _begun[second]++;
        _mostInFlight = Math.Max(_mostInFlight, ++_inFlight);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://storm.internal/");
            using var response = await _client.SendAsync(request, CancellationToken.None);
            _succeeded[second] += response.IsSuccessStatusCode ? 1 : 0;
        }
        catch (Exception exception) when (exception is HttpRequestException or RequestTimedOutException)
        {
            // A call that failed: its second has one success less.
        }
        finally
        {
            _inFlight--;
        }
    }

    /// <summary>
    /// From the end of the stall to the first of five seconds in a row in which 95 % of the calls that began came to a good end.
    /// </summary>
    private int? SecondsToRecover()
    {
        const int Stall = CalmSeconds + StallSeconds;
        for (var second = Stall; second + InARow < _begun.Length; second++)
        {
            if (Enumerable.Range(second, InARow).All(each => _succeeded[each] >= 0.95 * _begun[each]))
            {
                return second - Stall;
            }
        }

        return null;
    }

    /// <summary>Calls come independently of each other: the time between two is exponentially distributed.</summary>
    private TimeSpan Gap() => TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / _offered);

    private long At(int second) => _begin + (second * TimeSpan.TicksPerSecond);
}
