namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>What a send that has ended says about the load of the service.</summary>
internal enum SendResult
{
    /// <summary>It got response headers: how long they took counts.</summary>
    Sample,

    /// <summary>It timed out or got 503: the service has more than it can do.</summary>
    Drop,

    /// <summary>Nothing: the caller canceled, the connection was refused, the circuit is open, or a quota (429) was used up.</summary>
    Ignored,
}
