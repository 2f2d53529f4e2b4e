namespace OutageDemo.Downstreams;

/// <summary>How a stand-in service misbehaves. Each looks on the wire like the real fault.</summary>
public enum Fault
{
    /// <summary>None: every request is answered.</summary>
    Ok,

    /// <summary>503 to every request.</summary>
    Down,

    /// <summary>The listening socket is closed and every connection is cut.</summary>
    Stopped,

    /// <summary>503 to a share of the requests.</summary>
    Flaky,

    /// <summary>Answers, but late.</summary>
    Slow,

    /// <summary>Takes the request and never writes a byte.</summary>
    Hang,

    /// <summary>Takes the request and resets the TCP connection.</summary>
    Reset,

    /// <summary>429 with Retry-After.</summary>
    Throttled,

    /// <summary>Sends the headers and five bytes of the body, then nothing more.</summary>
    Stall,
}
