using Resilience.Http.ConcurrencyLimit.Adaptive;

namespace Resilience.Http.Tests.ConcurrencyLimit.Simulation;

/// <summary>One run in virtual time, from event to event on one thread: the same seed gives the same figures.</summary>
internal sealed class QueueSimulation
{
    private const double LimitInterval = 0.25;
    private const double RoundTrip = 0.001;

    private readonly QueueModel _model;
    private readonly SimulatedClock _clock = new();
    private readonly Random _random;
    private readonly PriorityQueue<Action, (double At, long Order)> _events = new();
    private readonly Queue<Send> _waiting = new();
    private readonly ILimitPolicy[] _limits;
    private readonly int[] _inFlight;
    private readonly QueueResult _result;
    private long _order;
    private int _busy;

    private QueueSimulation(QueueModel model, Func<SimulatedClock, ILimitPolicy> policy, int seed)
    {
        _model = model;
        _random = new(seed);
        _limits = [.. Enumerable.Range(0, model.Clients).Select(_ => policy(_clock))];
        _inFlight = new int[model.Clients];
        _result = new((int)model.Length, model.Clients);
    }

    private double Now => _clock.Now;

    public static QueueResult Run(QueueModel model, Func<SimulatedClock, ILimitPolicy> policy, int seed)
    {
        var simulation = new QueueSimulation(model, policy, seed);
        simulation.Run();
        return simulation._result;
    }

    private void Run()
    {
        NextArrival();
        NoteLimit();
        if (_model.BurstAt is { } burst)
        {
            After(burst, Burst);
        }

        while (_events.TryDequeue(out var action, out var when) && when.At < _model.Length)
        {
            _clock.Now = when.At;
            action();
        }
    }

    private void After(double delay, Action action) => _events.Enqueue(action, (Now + delay, _order++));

    private void NextArrival()
    {
        var rate = _model.Rate(Now);
        After(rate > 0 ? QueueModel.Exponential(_random, 1 / rate) : LimitInterval, () =>
        {
            NextArrival();
            if (rate > 0)
            {
                TrySend(_limits.Length == 1 ? 0 : _random.Next(_limits.Length));
            }
        });
    }

    private void NoteLimit()
    {
        _result.NoteLimit(Now, _limits[0].LastingLimit);
        BeginWaiting(); // workers may have come
        After(LimitInterval, NoteLimit);
    }

    private void Burst()
    {
        _result.Burst = _limits[0].LastingLimit;
        _result.BurstRejected = Enumerable.Range(0, _result.Burst).Count(_ => !TrySend(0));
    }

    private bool TrySend(int client)
    {
        _result.Offer(Now);
        var limit = _limits[client];
        if (_inFlight[client] >= limit.Limit)
        {
            limit.OnReached(Now, _inFlight[client]);
            if (_inFlight[client] >= limit.Limit)
            {
                _result.Reject(Now);
                return false;
            }
        }

        _inFlight[client]++;
        limit.OnStarted(Now);
        Begin(new(Now, client));
        return true;
    }

    private void Begin(Send send)
    {
        After(_model.AttemptTimeout, () => End(send, SendResult.Drop));
        if (_model.CanceledShare > 0 && _random.NextDouble() < _model.CanceledShare)
        {
            After(_random.NextDouble() * 0.1, () => End(send, SendResult.Ignored));
        }

        if (_model.HangingShare(Now) is var share and > 0 && (share == 1 || _random.NextDouble() < share))
        {
            return;
        }

        if (_busy >= _model.Workers(Now) && _waiting.Count >= _model.ServerQueue)
        {
            After(RoundTrip, () => End(send, SendResult.Drop));
            return;
        }

        _waiting.Enqueue(send);
        BeginWaiting();
    }

    private void BeginWaiting()
    {
        while (_busy < _model.Workers(Now) && _waiting.TryDequeue(out var send))
        {
            _busy++;
            After(_model.Service(Now, _random), () =>
            {
                _busy--;
                BeginWaiting();
                var fails = _model.FailingShare(Now) is var share and > 0 && _random.NextDouble() < share;
                End(send, fails ? SendResult.Drop : SendResult.Sample);
            });
        }
    }

    private void End(Send send, SendResult result)
    {
        if (send.HasEnded)
        {
            return;
        }

        send.HasEnded = true;
        var left = --_inFlight[send.Client];
        _limits[send.Client].OnEnded(send.StartedAt, Now, left, result);
        if (result == SendResult.Sample)
        {
            _result.Answer(Now, Now - send.StartedAt, send.Client);
        }
    }

    private sealed class Send(double startedAt, int client)
    {
        public double StartedAt => startedAt;

        public int Client => client;

        public bool HasEnded { get; set; }
    }
}
