using Resilience.Http.Testing.Time;

namespace Resilience.Http.Testing;

public sealed partial class VirtualTimeProvider
{
    internal CallScope Scope { get; } = new();

    /// <summary>
    /// How long, in real time, a call may run or block without any event that the clock can see. After that, it ends with an
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <value>
    /// Default: 30 seconds. Allowed: 1 ms or more, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit. More than 49 days count as 49
    /// days. There is no limit while a debugger is attached.
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
    /// How far the clock is moved for one call. After that, the call ends with an <see cref="InvalidOperationException"/>, so that a
    /// periodic timer cannot keep it running.
    /// </summary>
    /// <value>
    /// Default: 25 hours, which is more than the longest timeout of a client. Allowed: zero or more, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
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
    /// Runs a call and moves the clock from timer to timer until the call ends. While any work of the call can still run, also on the
    /// thread pool, time does not move. Then the earliest timer fires. If several calls run on one clock, it moves when all of them wait.
    /// </summary>
    /// <typeparam name="T">The call's result.</typeparam>
    /// <param name="call">
    /// Starts the call. Start it inside this delegate, not before, so that the clock can distinguish its work from other work.
    /// </param>
    /// <returns>The call's result, exception or cancellation.</returns>
    /// <exception cref="InvalidOperationException">
    /// Nothing can advance the call, or a limit (<see cref="RealTimeLimit"/>, <see cref="VirtualTimeLimit"/>) was reached. The message
    /// lists the waiting timers.
    /// </exception>
    /// <remarks>
    /// The clock does not wait for real input and output, such as sockets and processes: it sees only the timers of the call. If the call
    /// blocks its thread, use <see cref="Run{T}(Func{T})"/>.
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
    /// Runs a call that blocks its thread, such as <see cref="HttpClient.Send(HttpRequestMessage)"/>, on a separate thread. Whenever that
    /// thread waits, the clock moves from timer to timer, as with <see cref="RunAsync{T}(Func{Task{T}})"/>. This method blocks until the
    /// call ends.
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
