using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http;

/// <summary>
/// The calls that a probe measures: those that a client of this app makes while the probe watches (<see cref="Of"/>), those that
/// the probe sends itself (<see cref="To"/>), or those that the client makes because the probe sends its own (<see cref="To"/> with a
/// client). The probe waits for calls that have not ended by then, at most for another window or the timeout of a request. Calls that still
/// run after that have failed. Calls that their callers canceled are not counted.
/// </summary>
public sealed class ChaosTraffic
{
    private ChaosTraffic()
    {
    }

    /// <summary>The client whose calls are measured; <see langword="null"/> if the probe measures its own requests.</summary>
    public string? Client { get; private init; }

    /// <summary>How long the probe watches the client.</summary>
    /// <value>Default: 10 seconds. Ignored if the probe sends requests: it then watches until the last response.</value>
    public TimeSpan Window { get; private init; } = TimeSpan.FromSeconds(10);

    /// <summary>The request that the probe sends; <see langword="null"/> if it only watches.</summary>
    public ChaosHttpRequest? Request { get; private init; }

    /// <summary>How many times the request is sent.</summary>
    /// <value>Default: 20. Allowed: 1 to 100,000.</value>
    public int Calls { get; private init; } = 20;

    /// <summary>How many are in flight at the same time.</summary>
    /// <value>Default: 1. Allowed: 1 to 1,000.</value>
    public int Concurrency { get; private init; } = 1;

    /// <summary>The calls that a client of this app makes while the probe watches.</summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="window">How long to watch, up to 49 days; <see langword="null"/> for 10 seconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is zero, negative or longer.</exception>
    public static ChaosTraffic Of(string client, TimeSpan? window = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        var watched = window ?? TimeSpan.FromSeconds(10);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(watched, TimeSpan.Zero, nameof(window));
        return new() { Client = client, Window = TimerTime.Wait(watched, nameof(window)) };
    }

    /// <summary>Requests that the probe sends itself.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="calls">How many times, 1 to 100,000.</param>
    /// <param name="concurrency">How many are in flight at the same time, 1 to 1,000.</param>
    /// <param name="client">A client of this app whose calls are measured instead of the requests.</param>
    public static ChaosTraffic To(ChaosHttpRequest request, int calls = 20, int concurrency = 1, string? client = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(calls, 100_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(concurrency, 1_000);
        return new() { Request = request, Calls = calls, Concurrency = concurrency, Client = client };
    }
}
