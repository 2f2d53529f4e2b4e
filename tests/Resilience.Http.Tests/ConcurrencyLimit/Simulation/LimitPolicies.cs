using Resilience.Http.ConcurrencyLimit.Adaptive;

namespace Resilience.Http.Tests.ConcurrencyLimit.Simulation;

/// <summary>The real thing.</summary>
internal sealed class AdaptivePolicy(SimulatedClock clock) : ILimitPolicy
{
    private readonly AdaptiveLimit _limit = new(clock, min: 4, max: 1_000);

    public int Limit => _limit.Limit;

    public int LastingLimit => _limit.LastingLimit;

    public void OnStarted(double now) => _limit.OnStarted(SimulatedClock.Timestamp(now));

    public void OnReached(double now, int inFlight) => _limit.OnReached(SimulatedClock.Timestamp(now), inFlight);

    public void OnEnded(double startedAt, double now, int inFlight, SendResult result) =>
        _limit.OnEnded(SimulatedClock.Timestamp(startedAt), SimulatedClock.Timestamp(now), inFlight, result);
}

internal sealed class FixedPolicy(int limit) : ILimitPolicy
{
    public int Limit => limit;
}

/// <summary>
/// The textbook rule: one more for each limit's worth of successes while at least half of it is in use, a tenth less for each drop.
/// </summary>
internal sealed class AimdPolicy : ILimitPolicy
{
    private double _limit = AdaptiveLimit.InitialLimit;

    public int Limit => (int)_limit;

    public void OnEnded(double startedAt, double now, int inFlight, SendResult result)
    {
        if (result == SendResult.Drop)
        {
            _limit = Math.Max(4, _limit * 0.9);
        }
        else if (result == SendResult.Sample && (inFlight + 1) * 2 >= _limit)
        {
            _limit = Math.Min(1_000, _limit + (1 / _limit));
        }
    }
}
