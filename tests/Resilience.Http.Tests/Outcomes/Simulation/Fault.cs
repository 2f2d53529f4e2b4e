using System.Net;

namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>Something that is wrong with the service for a while. Times count from the start of the run.</summary>
internal abstract record Fault
{
    public TimeSpan From { get; init; }

    public TimeSpan To { get; init; } = TimeSpan.MaxValue;

    /// <summary>The backend it concerns; <see langword="null"/> if it concerns each of them.</summary>
    public int? Backend { get; init; }

    public bool Concerns(int backend, TimeSpan now) => now >= From && now < To && (Backend ?? backend) == backend;

    /// <summary>The process is gone: connections are refused at once, and what was in flight when it went is lost.</summary>
    public sealed record Dead : Fault;

    /// <summary>Requests are taken and never answered.</summary>
    public sealed record Hanging : Fault;

    /// <summary>A share of the requests is answered at once with an error.</summary>
    public sealed record Failing(double Share, HttpStatusCode Status) : Fault;

    /// <summary>A share of the requests is answered after an additional delay, which keeps no worker busy.</summary>
    public sealed record Slow(double Share, TimeSpan Delay) : Fault;

    /// <summary>Only this share of the workers is left.</summary>
    public sealed record Throttled(double ShareOfWorkers) : Fault;

    /// <summary>In each second, requests beyond this number are answered with 429 and <c>Retry-After: 1</c>.</summary>
    public sealed record Quota(int RequestsPerSecond) : Fault;
}
