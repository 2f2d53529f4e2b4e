namespace Resilience.Http;

/// <summary>Where the deadline of an incoming request comes from.</summary>
public sealed class RequestDeadlineOptions
{
    /// <summary>
    /// The longest deadline that a request gets. A request that asks for none gets this one; one that asks for less keeps what it asks for.
    /// </summary>
    /// <value>
    /// Default: <see cref="Timeout.InfiniteTimeSpan"/>, none. Allowed: 1 ms to 24 hours, or <see cref="Timeout.InfiniteTimeSpan"/>.
    /// </value>
    public TimeSpan Maximum { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>The request header with the time left, in whole milliseconds. <c>grpc-timeout</c> is always read too.</summary>
    /// <value>Default: <c>X-Deadline-Ms</c>, as that of <see cref="HttpDeadlineOptions.Header"/>.</value>
    public string Header { get; set; } = HttpDeadlineOptions.UsualHeader;
}
