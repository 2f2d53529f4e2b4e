using Resilience.Http;
using WebApi.Clients;
using WebApi.Endpoints;

namespace WebApi.Charging;

/// <summary>Makes the queued charges, one after the other, each under the idempotency key it was queued with, until payments has taken it.</summary>
internal sealed partial class ChargeWorker(
    ChargeQueue queue, PaymentsClient payments, OrderStore orders, TimeProvider clock, ILogger<ChargeWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var charge in queue.ReadAllAsync(stoppingToken))
            {
                // A customer who left while the charge was being queued took the order along: nobody is to pay for it.
                if (orders.Has(charge.IdempotencyKey))
                {
                    var made = await ChargeAsync(charge, stoppingToken);
                    orders.Charged(charge.IdempotencyKey, made.Id!);
                }

                queue.Done();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the app. A real one keeps its queue somewhere that outlives it.
        }
    }

    private async Task<Charge> ChargeAsync(QueuedCharge charge, CancellationToken stoppingToken)
    {
        while (true)
        {
            TimeSpan pause;
            try
            {
                return await payments.ChargeQueuedAsync(charge.Amount, charge.IdempotencyKey, stoppingToken);
            }
            catch (CircuitOpenException refused)
            {
                pause = refused.RetryAfter ?? Pause; // The circuit knows when it is worth trying again.
            }
            catch (Exception failed) when (failed is HttpRequestException || (failed is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                // Cancelled, and not by us, is a timeout: a RequestTimedOutException, or the HttpClient's own.
                LogStillWaiting(log, charge.IdempotencyKey, failed.Message);
                pause = Pause;
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The queued charge {Key} was not taken and waits on: {Reason}")]
    private static partial void LogStillWaiting(ILogger log, string key, string reason);
}
