using System.Net;

namespace Resilience.Http;

/// <summary>
/// A failure in place of sending the call. Exactly one of <see cref="StatusCode"/>, <see cref="Exception"/>, <see cref="Reset"/>,
/// <see cref="ConnectionRefused"/> and <see cref="Hang"/> says which.
/// </summary>
public sealed class HttpChaosAbortOptions
{
    private double? _percentage;

    /// <summary>An answer with this status and no body.</summary>
    /// <value>Default: <see langword="null"/>. Allowed: 200 to 599.</value>
    public HttpStatusCode? StatusCode { get; set; }

    /// <summary>
    /// The exception that HttpClient throws for this error: <c>NameResolutionError</c>, <c>SecureConnectionError</c>, <c>ResponseEnded</c>
    /// and so on.
    /// </summary>
    /// <value>Default: <see langword="null"/>.</value>
    public HttpRequestError? Exception { get; set; }

    /// <summary>The exception of a connection that the other side cut after it had the request (TCP RST).</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Reset { get; set; }

    /// <summary>The exception of a port that no process listens on.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ConnectionRefused { get; set; }

    /// <summary>No answer, ever: the call ends when it is cancelled, by a time limit for instance.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Hang { get; set; }

    /// <summary>How many of 100 calls fail.</summary>
    /// <value>Default: 0; must be set, and 0 switches the fault off. Allowed: 0 to 100.</value>
    public double Percentage
    {
        get => _percentage ?? 0;
        set => _percentage = value;
    }

    internal bool PercentageIsSet => _percentage is not null;
}
