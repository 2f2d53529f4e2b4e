using System.Net;

namespace Resilience.Http.Benchmarks.Cases;

/// <summary>Answers 503 until the circuit opens; if it is asked more often than that takes, nothing refuses and the case is void.</summary>
internal sealed class SickServer : HttpMessageHandler
{
    private const int Patience = 1_000;

    private int _answers;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _answers) > Patience)
        {
            throw new InvalidOperationException($"No circuit opened in {Patience} failures: the refused case measures something else.");
        }

        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request });
    }
}
