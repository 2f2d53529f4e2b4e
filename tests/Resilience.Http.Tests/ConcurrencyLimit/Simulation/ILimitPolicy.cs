using Resilience.Http.ConcurrencyLimit.Adaptive;

namespace Resilience.Http.Tests.ConcurrencyLimit.Simulation;

/// <summary>What decides how many sends of one client may be in flight.</summary>
internal interface ILimitPolicy
{
    int Limit { get; }

    /// <summary>The limit apart from short measurements.</summary>
    int LastingLimit => Limit;

    void OnStarted(double now)
    {
    }

    void OnReached(double now, int inFlight)
    {
    }

    /// <param name="startedAt">When the send began.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="inFlight">How many are in flight without it.</param>
    /// <param name="result">What it says.</param>
    void OnEnded(double startedAt, double now, int inFlight, SendResult result)
    {
    }
}
