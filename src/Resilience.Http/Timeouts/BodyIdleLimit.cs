using System.Net;

namespace Resilience.Http.Timeouts;

/// <summary>How long a read of one response's body may wait for bytes.</summary>
internal sealed class BodyIdleLimit(TimeoutLeasePool leases, TimeoutReport report, TimeSpan timeout, Uri? uri)
{
    /// <summary>
    /// Puts the limit around the body. A connection that changed its protocol (101) has no body and may be silent. A tunnel over HTTP/2
    /// looks like any other answer and is known by its stream: see <see cref="IdleTimedContent"/>.
    /// </summary>
    public void Guard(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            response.Content = new IdleTimedContent(response.Content, this);
        }
    }

    public TimeoutLease Rent(CancellationToken callerToken) =>
        leases.Rent(timeout, report.Log, callerToken);

    public RequestTimedOutException TimedOut(long received, Exception? cause, ProcessDelay? delay) =>
        report.BodyTimedOut(uri, timeout, received, cause, delay);
}
