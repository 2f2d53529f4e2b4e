namespace Resilience.Http;

/// <summary>How the deadline of an incoming request is determined.</summary>
public sealed class RequestDeadlineOptions
{
    /// <summary>
    /// The longest deadline of a request. A request without the header gets this deadline. A request whose header has a shorter time gets
    /// that.
    /// </summary>
    /// <value>
    /// Default: <see cref="Timeout.InfiniteTimeSpan"/>, none. Allowed: 1 ms to 24 hours, or <see cref="Timeout.InfiniteTimeSpan"/>.
    /// </value>
    public TimeSpan Maximum { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>The request header with the time left, in whole milliseconds. <c>grpc-timeout</c> is always read too.</summary>
    /// <value>Default: <c>X-Deadline-Ms</c>, like <see cref="HttpDeadlineOptions.Header"/>.</value>
    public string Header { get; set; } = HttpDeadlineOptions.UsualHeader;
}
