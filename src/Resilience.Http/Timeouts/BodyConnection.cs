namespace Resilience.Http.Timeouts;

/// <summary>What the body of a response is read from.</summary>
internal enum BodyConnection
{
    /// <summary>From no connection of .NET's own, as far as is known.</summary>
    None,

    /// <summary>From a connection that serves one response at a time.</summary>
    Http1,

    /// <summary>From one stream among others of a connection: HTTP/2 or HTTP/3.</summary>
    Multiplexed,
}
