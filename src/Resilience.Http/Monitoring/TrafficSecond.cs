namespace Resilience.Http;

/// <summary>The traffic of one second.</summary>
public readonly record struct TrafficSecond
{
    /// <summary>Calls that ended with an answer of the service, such as a 200 or a 404.</summary>
    public int Succeeded { get; init; }

    /// <summary>Calls that failed, after all retries. A fallback may have answered them.</summary>
    public int Failed { get; init; }

    /// <summary>Calls that were refused without being sent. A fallback may have answered them.</summary>
    public int Rejected { get; init; }

    /// <summary>Attempts beyond the first.</summary>
    public int Retried { get; init; }

    /// <summary>Requests that were sent beside a slow one.</summary>
    public int Hedged { get; init; }

    /// <summary>Failed and refused calls that a fallback answered.</summary>
    public int FallbackAnswered { get; init; }
}
