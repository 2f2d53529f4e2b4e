using System.Net;

namespace Resilience.Http.Testing;

/// <summary>A fault of a <see cref="SimulatedService"/> that lasts for a part of the run.</summary>
public abstract record SimulatedFault
{
    private SimulatedFault()
    {
    }

    /// <summary>When the fault begins, as the time from the start of the run.</summary>
    /// <value>Default: zero, from the start.</value>
    public TimeSpan From { get; init; }

    /// <summary>When the fault ends, as the time from the start of the run.</summary>
    /// <value>Default: <see cref="TimeSpan.MaxValue"/>, never.</value>
    public TimeSpan To { get; init; } = TimeSpan.MaxValue;

    /// <summary>The backend that has the fault, counted from 0.</summary>
    /// <value>Default: <see langword="null"/>, all backends.</value>
    public int? Backend { get; init; }

    internal bool Concerns(int backend, TimeSpan now) => now >= From && now < To && (Backend ?? backend) == backend;

    /// <summary>The process has died: connections are refused at once, and the requests that were in flight are lost.</summary>
    public sealed record Dead : SimulatedFault;

    /// <summary>Requests are accepted and never answered.</summary>
    public sealed record Hanging : SimulatedFault;

    /// <summary>A share of the requests is answered at once with an error.</summary>
    /// <param name="Share">The share, 0 to 1.</param>
    /// <param name="Status">The status of the answer.</param>
    public sealed record Failing(double Share, HttpStatusCode Status) : SimulatedFault;

    /// <summary>A share of the requests is answered after an additional delay, which keeps no worker busy.</summary>
    /// <param name="Share">The share, 0 to 1.</param>
    /// <param name="Delay">The additional delay.</param>
    public sealed record Slow(double Share, TimeSpan Delay) : SimulatedFault;

    /// <summary>Only a share of the workers is left.</summary>
    /// <param name="ShareOfWorkers">The share that is left, 0 to 1.</param>
    public sealed record Throttled(double ShareOfWorkers) : SimulatedFault;

    /// <summary>In each second, requests beyond a number are answered with 429 and <c>Retry-After: 1</c>.</summary>
    /// <param name="RequestsPerSecond">The requests that one backend serves in a second.</param>
    public sealed record Quota(int RequestsPerSecond) : SimulatedFault;
}
