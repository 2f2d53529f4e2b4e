using Resilience.Http.Testing.Time;

namespace Resilience.Http.Testing;

/// <summary>A timer that waits for a <see cref="VirtualTimeProvider"/> to move on.</summary>
/// <param name="DueIn">How far the clock has to move until it fires; zero if it is due already.</param>
/// <param name="Period">The time between its later firings; <see cref="Timeout.InfiniteTimeSpan"/> if it fires once.</param>
/// <param name="Callback">What it calls, as <c>Type.Method</c>, to identify the timer.</param>
public sealed record PendingTimer(TimeSpan DueIn, TimeSpan Period, string Callback)
{
    /// <summary>The timer in one line, as messages show it.</summary>
    /// <returns>For instance <c>in 2 s: DelayPromise.TimerCallback</c>.</returns>
    public override string ToString() => Period == Timeout.InfiniteTimeSpan
        ? $"in {ExactDuration.Format(DueIn)}: {Callback}"
        : $"in {ExactDuration.Format(DueIn)}, then every {ExactDuration.Format(Period)}: {Callback}";
}
