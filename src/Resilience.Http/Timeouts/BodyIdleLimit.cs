using System.Net;

namespace Resilience.Http.Timeouts;

/// <summary>How long a read of one response's body may wait for bytes.</summary>
internal sealed class BodyIdleLimit(TimeoutLeasePool leases, TimeoutTelemetry report, TimeSpan timeout, Uri? uri)
{
    /// <summary>What the body is read from; known once it is guarded.</summary>
    public BodyConnection Connection { get; private set; }

    /// <summary>
    /// Puts the limit around the body. A connection that changed its protocol (101) has no body and may be silent. A tunnel over HTTP/2
    /// looks like any other answer and is known by its stream: see <see cref="IdleTimedContent"/>.
    /// </summary>
    public void Guard(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            Connection = ConnectionOf(response);
            response.Content = new IdleTimedContent(response.Content, this);
        }
    }

    public TimeoutLease Rent(CancellationToken callerToken) =>
        leases.Rent(timeout, report.Log, callerToken);

    /// <summary>
    /// For a blocking read, which may hold the last free thread of the pool. On another clock than the system's its timers are the clock's
    /// matter.
    /// </summary>
    public TimeoutLease RentForBlocking() =>
        (leases.Clock == TimeProvider.System ? TimeoutLeasePool.OfTimerThread : leases).Rent(timeout, report.Log, CancellationToken.None);

    public RequestTimedOutException TimedOut(long received, Exception? cause, ProcessDelay? delay) =>
        report.BodyTimedOut(uri, timeout, received, cause, delay);

    /// <summary>The contents that .NET's own handlers make are internal types; any other may have a stream of any kind.</summary>
    private static BodyConnection ConnectionOf(HttpResponseMessage response)
    {
        var content = response.Content.GetType();
        if (content.IsPublic || content.Assembly != typeof(HttpContent).Assembly)
        {
            return BodyConnection.None;
        }

        return response.Version.Major < 2 ? BodyConnection.Http1 : BodyConnection.Multiplexed;
    }
}
