using Resilience.Http.Deadlines;

namespace Resilience.Http;

/// <summary>
/// The deadline of the work in progress: every resilient call that is made within it gets the shorter of its own total timeout and what
/// is left of the deadline. It flows with the execution context, so it also holds for work that is started within it.
/// </summary>
/// <remarks>
/// In ASP.NET Core, <c>app.UseRequestDeadline()</c> of the package Resilience.Http.AspNetCore begins it for each request.
/// </remarks>
public static class ResilienceDeadline
{
    /// <summary>
    /// Begins a deadline. It never makes an earlier one longer: if less is left of the one in force, that one stays.
    /// </summary>
    /// <param name="remaining">
    /// The time from now on; zero if no time is left. Calls then fail at once with a <see cref="RequestTimedOutException"/>. More than 24
    /// hours count as 24 hours.
    /// </param>
    /// <param name="timeProvider">
    /// The clock; <see langword="null"/> is the system's. In tests with virtual time, pass that of the app.
    /// </param>
    /// <returns>Ends the deadline when it is disposed, also for work that was started within it and goes on.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static IDisposable Begin(TimeSpan remaining, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(remaining, TimeSpan.Zero);
        return AmbientDeadline.Begin(remaining, timeProvider ?? TimeProvider.System);
    }

    /// <summary>
    /// Frees the work that is started within it from any deadline, such as work that outlives the request that started it. That work stays
    /// free after the disposal.
    /// </summary>
    /// <returns>Puts the deadline in force again for the current flow when it is disposed.</returns>
    public static IDisposable Suppress() => new DeadlineSuppression();
}
