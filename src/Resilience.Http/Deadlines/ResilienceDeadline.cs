using Resilience.Http.Deadlines;

namespace Resilience.Http;

/// <summary>
/// The deadline of the work in progress. Every resilient call within it gets the shorter of its own total timeout and the rest of the
/// deadline. It flows with the execution context, so it also applies to work that is started within it.
/// </summary>
/// <remarks>
/// In ASP.NET Core, <c>app.UseRequestDeadline()</c> of the package Resilience.Http.AspNetCore begins a deadline for each request.
/// </remarks>
public static class ResilienceDeadline
{
    /// <summary>
    /// Begins a deadline. It never extends an outer one: if less time is left of the current deadline, that one still applies.
    /// </summary>
    /// <param name="remaining">
    /// The time from now on. If it is zero, calls fail at once with a <see cref="RequestTimedOutException"/>. More than 24 hours count as
    /// 24 hours.
    /// </param>
    /// <param name="timeProvider">
    /// The clock; <see langword="null"/> means the system clock. In tests with virtual time, pass the clock of the app.
    /// </param>
    /// <returns>An object that ends the deadline when it is disposed, also for work that was started within it and still runs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static IDisposable Begin(TimeSpan remaining, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(remaining, TimeSpan.Zero);
        return AmbientDeadline.Begin(remaining, timeProvider ?? TimeProvider.System);
    }

    /// <summary>
    /// Suppresses the deadline for work that is started within it, such as work that outlives its request. For that work, the deadline
    /// stays suppressed after the disposal.
    /// </summary>
    /// <returns>An object that restores the deadline for the current flow when it is disposed.</returns>
    public static IDisposable Suppress() => new DeadlineSuppression();
}
