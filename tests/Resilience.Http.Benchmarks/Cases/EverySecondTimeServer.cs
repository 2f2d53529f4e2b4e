using System.Net;

namespace Resilience.Http.Benchmarks.Cases;

/// <summary>Answers 503 and 200 in turn, at once. For one caller: with more of them their turns would mix.</summary>
internal sealed class EverySecondTimeServer : HttpMessageHandler
{
    private bool _answersOk;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var status = _answersOk ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable;
        _answersOk = !_answersOk;
        return Task.FromResult(new HttpResponseMessage(status) { RequestMessage = request });
    }
}
