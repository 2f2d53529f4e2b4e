using System.Net;

namespace Resilience.Http.Tests.Retry.Load;

/// <summary>
/// Backends behind one address. The first one is dead: it refuses every connection at once. The others answer after 20 ms.
/// </summary>
internal sealed class Backends(int count, bool roundRobin, TimeProvider clock, Random random) : HttpMessageHandler
{
    private int _next;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if ((roundRobin ? _next++ % count : random.Next(count)) == 0)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused");
        }

        await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellationToken);
        return new HttpResponseMessage(HttpStatusCode.OK);
    }
}
