using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker.Outages;

/// <summary>
/// Calls through one circuit to backends of which one is out of order, in virtual time. There is no HTTP, so two minutes of 20 callers take
/// a few hundredths of a second; the same seed gives the same figures.
/// </summary>
internal sealed class OutageRun
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(30);

    private readonly PartialOutage _outage;
    private readonly HttpCircuitBreakerOptions _options = new();
    private readonly HttpRetryOptions _retry = new();
    private readonly VirtualTimeProvider _clock = new();
    private readonly PriorityQueue<Action, (TimeSpan At, int Order)> _events = new();
    private readonly Random _random;
    private readonly Circuit _circuit;
    private readonly TimeSpan _breaksAt;
    private int _order;
    private int _turn;
    private int _calls;
    private int _answered;

    private OutageRun(PartialOutage outage, int seed, Action<HttpCircuitBreakerOptions>? configure)
    {
        _outage = outage;
        _random = new Random(seed);
        configure?.Invoke(_options);
        _circuit = new(
            CircuitFixture.Name,
            _options,
            new(_clock, _random.NextDouble, (_, transition, _) => Opened += transition.To == CircuitState.Open ? 1 : 0));
        _breaksAt = outage.Cold ? TimeSpan.Zero : TimeSpan.FromSeconds(30);
    }

    /// <summary>How often the circuit opened.</summary>
    public int Opened { get; private set; }

    /// <summary>The share of calls that were answered, of those that began when it had been out of order for ten seconds.</summary>
    public double Share => (double)_answered / _calls;

    public static OutageRun Play(PartialOutage outage, int seed, Action<HttpCircuitBreakerOptions>? configure = null)
    {
        var run = new OutageRun(outage, seed, configure);
        for (var caller = 0; caller < outage.Callers; caller++)
        {
            run.Plan(Pause * run._random.NextDouble(), run.Call);
        }

        while (run._events.TryDequeue(out var happens, out var when))
        {
            run._clock.Advance(when.At - run._clock.Elapsed);
            happens();
        }

        return run;
    }

    private void Call()
    {
        var began = _clock.Elapsed;
        if (began >= Length)
        {
            return;
        }

        Attempt(0, began, answered =>
        {
            if (began >= _breaksAt + TimeSpan.FromSeconds(10))
            {
                _calls++;
                _answered += answered ? 1 : 0;
            }

            Plan(_clock.Elapsed + Pause, Call);
        });
    }

    private void Attempt(int retry, TimeSpan began, Action<bool> end)
    {
        if (_circuit.TryAcquire(_clock.GetTimestamp(), AttemptTimeout, out var permit, out _) != AcquireResult.Granted)
        {
            end(false);
            return;
        }

        var (takes, failure) = Send();
        Plan(_clock.Elapsed + takes, () =>
        {
            if (failure is not { } failed)
            {
                _circuit.Succeed(permit, _clock.GetTimestamp());
                end(true);
                return;
            }

            _circuit.Fail(permit, _clock.GetTimestamp(), failed);
            var next = _clock.Elapsed + Backoff.Delay(_retry, retry, previous: null, _random.NextDouble());
            if (retry < _outage.MaxRetries && next < began + TotalTimeout && !_circuit.IsBlocked(_clock.GetTimestamp()))
            {
                Plan(next, () => Attempt(retry + 1, began, end));
            }
            else
            {
                end(false);
            }
        });
    }

    private (TimeSpan Takes, CircuitFailure? Failure) Send()
    {
        var backend = _outage.Balancing == Balancing.Random ? _random.Next(_outage.Backends) : _turn++ % _outage.Backends;
        if (backend != 0 || _clock.Elapsed < _breaksAt)
        {
            return (TimeSpan.FromMilliseconds(20 * -Math.Log(1 - _random.NextDouble())), null);
        }

        return _outage.Fault switch
        {
            BackendFault.Dead => (TimeSpan.FromMilliseconds(1), new("HttpRequestException: Connection refused")),
            BackendFault.Answers503 => (TimeSpan.FromMilliseconds(5), CircuitFixture.Failure),
            _ => (AttemptTimeout, CircuitFixture.TimedOut),
        };
    }

    private void Plan(TimeSpan at, Action happens) => _events.Enqueue(happens, (at, _order++));
}
