using System.Net;
using System.Net.Http.Headers;
using Resilience.Http;
using WebApi.Clients;

namespace WebApi.Charging;

/// <summary>If payments is out of reach, its charge is queued (202), or rejected if the queue is full (503).</summary>
internal static class ChargeFallback
{
    private static readonly TimeSpan WhenFull = TimeSpan.FromSeconds(10);

    public static async ValueTask<HttpResponseMessage?> QueueAsync(
        FallbackContext failed, ChargeQueue queue, CancellationToken cancellationToken)
    {
        if (PaymentsClient.IsFromQueue(failed.Request))
        {
            return null; // The worker keeps its charge until payments accepts it.
        }

        var key = failed.Request.Headers.GetValues("Idempotency-Key").Single();
        var charge = await failed.Request.Content!.ReadFromJsonAsync<ChargeRequest>(cancellationToken);
        return queue.TryAdd(new QueuedCharge(key, charge!.Amount))
            ? new HttpResponseMessage(HttpStatusCode.Accepted)
            : new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
            {
                Headers = { RetryAfter = new RetryConditionHeaderValue(WhenFull) }
            };
    }
}
