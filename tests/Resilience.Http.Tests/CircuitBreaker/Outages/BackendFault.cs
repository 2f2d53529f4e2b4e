namespace Resilience.Http.Tests.CircuitBreaker.Outages;

internal enum BackendFault
{
    /// <summary>Refuses connections at once.</summary>
    Dead,

    /// <summary>Answers 503 after some milliseconds.</summary>
    Answers503,

    /// <summary>Never answers.</summary>
    Hangs,
}
