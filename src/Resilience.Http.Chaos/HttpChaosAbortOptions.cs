using System.Net;

namespace Resilience.Http;

/// <summary>
/// A failure instead of sending the request. Exactly one of <see cref="StatusCode"/>, <see cref="Exception"/>, <see cref="Reset"/>,
/// <see cref="ConnectionRefused"/> and <see cref="Hang"/> must be set.
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

    /// <summary>The exception of a connection that the server cut after it had received the request (TCP RST).</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Reset { get; set; }

    /// <summary>The exception of a port that no process listens on.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ConnectionRefused { get; set; }

    /// <summary>No answer. The request ends when it is canceled, for example by a timeout.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Hang { get; set; }

    /// <summary>The percentage of the requests that fail.</summary>
    /// <value>Default: 0. It must be set; 0 disables the fault. Allowed: 0 to 100.</value>
    public double Percentage
    {
        get => _percentage ?? 0;
        set => _percentage = value;
    }

    internal bool PercentageIsSet => _percentage is not null;
}
