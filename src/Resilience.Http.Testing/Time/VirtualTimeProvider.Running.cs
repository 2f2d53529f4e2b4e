using Resilience.Http.Testing.Time;

namespace Resilience.Http.Testing;

public sealed partial class VirtualTimeProvider
{
    internal CallScope Scope { get; } = new();

    /// <summary>
    /// The last resort: how long, in real time, a call may run or block without anything happening that the clock can see
    /// before it is given up with an <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <value>
    /// Default 30 seconds. Allowed: 1 ms or more; longer than 49 days counts as 49 days. No limit while a debugger is attached.
    /// <see cref="Timeout.InfiniteTimeSpan"/> switches it off.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The time is shorter than 1 ms, and not
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    public TimeSpan RealTimeLimit
    {
        get;
        set
        {
            if (value != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMilliseconds(1));
            }

            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How far the clock is moved for one call before it is given up: an endless periodic timer must not drive a call forever.
    /// </summary>
    /// <value>
    /// Default 25 hours, which is more than any timeout of a client may be. Allowed: zero or more. <see cref="Timeout.InfiniteTimeSpan"/>
    /// switches it off.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, and not <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    public TimeSpan VirtualTimeLimit
    {
        get;
        set
        {
            if (value != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            }

            field = value;
        }
    } = TimeSpan.FromHours(25);

    /// <summary>The last timestamp to which a call that begins now may move the clock.</summary>
    internal long LatestOfACall()
    {
        var now = GetTimestamp();
        return VirtualTimeLimit == Timeout.InfiniteTimeSpan ? long.MaxValue : now + Math.Min(VirtualTimeLimit.Ticks, long.MaxValue - now);
    }

    /// <summary>
    /// Runs a call and moves the clock from timer to timer until it ends. Time stands still as long as anything that the call set in
    /// motion can still run by itself, also on the thread pool; only then does the earliest timer fire. Several may run at a time on one
    /// clock: it moves when all of them wait.
    /// </summary>
    /// <typeparam name="T">The call's result.</typeparam>
    /// <param name="call">Starts the call; it must be started in here, not before, so that the clock can distinguish its work from other
    /// work.</param>
    /// <returns>The call's result, exception or cancellation.</returns>
    /// <exception cref="InvalidOperationException">
    /// Nothing can advance the call, or a limit (<see cref="RealTimeLimit"/>, <see cref="VirtualTimeLimit"/>) was reached. The message
    /// lists the waiting timers.
    /// </exception>
    /// <remarks>
    /// Real input and output (sockets, processes) is not waited for: to this clock, a call that waits for a socket waits for nothing but
    /// its timers. A call that blocks its thread is for <see cref="Run{T}(Func{T})"/>.
    /// </remarks>
    public Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new CallDriver<T>(this, call).Start();
    }

    /// <inheritdoc cref="RunAsync{T}(Func{Task{T}})"/>
    public Task RunAsync(Func<Task> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return RunAsync(async () =>
        {
            await call().ConfigureAwait(false);
            return true;
        });
    }

    /// <summary>
    /// Runs a call that blocks its thread, such as <see cref="HttpClient.Send(HttpRequestMessage)"/>, on a thread of its own, and moves the
    /// clock from timer to timer, as <see cref="RunAsync{T}(Func{Task{T}})"/> does, whenever that thread waits. Blocks until the call ends.
    /// </summary>
    /// <typeparam name="T">The call's result.</typeparam>
    /// <param name="call">The call.</param>
    /// <returns>The call's result.</returns>
    /// <exception cref="InvalidOperationException">As for <see cref="RunAsync{T}(Func{Task{T}})"/>.</exception>
    public T Run<T>(Func<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (ScopeFlow.Current is not null)
        {
            throw new InvalidOperationException(
                "Run was called inside a call that the clock drives already: inside Run just block, inside RunAsync await RunAsync.");
        }

        return RunAsync(() => BlockingCall.Start(Scope, call)).GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Run(() =>
        {
            call();
            return true;
        });
    }
}
