using System.Net;
using System.Net.Http.Headers;

namespace Resilience.Http.Tests.Retry.Load;

/// <summary>
/// One worker behind a short queue. A request that finds the queue full is shed with a 503, which costs the worker a tenth of a request: it
/// has to be read and answered.
/// </summary>
internal sealed class SheddingServer(TimeProvider clock, double capacity, TimeSpan? retryAfter) : HttpMessageHandler
{
    private const int QueueLimit = 20;

    private readonly long _service = TimeSpan.FromSeconds(1 / capacity).Ticks;
    private long _busyUntil;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var now = clock.GetTimestamp();
        _busyUntil = Math.Max(_busyUntil, now);
        if (_busyUntil - now > QueueLimit * _service)
        {
            _busyUntil += _service / 10;
            var shed = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            shed.Headers.RetryAfter = retryAfter is { } wait ? new RetryConditionHeaderValue(wait) : null;
            return shed;
        }

        _busyUntil += _service;
        await Task.Delay(TimeSpan.FromTicks(_busyUntil - now), clock, CancellationToken.None);
        return new HttpResponseMessage(HttpStatusCode.OK);
    }
}
