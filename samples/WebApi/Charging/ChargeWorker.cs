using Resilience.Http;
using WebApi.Clients;
using WebApi.Orders;

namespace WebApi.Charging;

/// <summary>Makes the queued charges one by one, each with its original idempotency key, until payments accepts it.</summary>
internal sealed partial class ChargeWorker(
    ChargeQueue queue, IServiceScopeFactory scopes, OrderStore orders, TimeProvider clock, ILogger<ChargeWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var charge in queue.ReadAllAsync(stoppingToken))
            {
                // A customer who gave up while the charge was being queued has no order: no charge may be made for it.
                if (orders.Has(charge.IdempotencyKey))
                {
                    var made = await ChargeAsync(charge, stoppingToken);
                    orders.MarkCharged(charge.IdempotencyKey, made.Id!);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The app stops. In production, keep such a queue in durable storage.
        }
    }

    private async Task<Charge> ChargeAsync(QueuedCharge charge, CancellationToken stoppingToken)
    {
        while (true)
        {
            TimeSpan pause;
            try
            {
                // A typed client is for short use: one that is kept for the life of the app never looks its host up in DNS again.
                await using var scope = scopes.CreateAsyncScope();
                var payments = scope.ServiceProvider.GetRequiredService<PaymentsClient>();
                return await payments.ChargeQueuedAsync(charge.Amount, charge.IdempotencyKey, stoppingToken);
            }
            catch (CircuitOpenException refused)
            {
                pause = refused.RetryAfter ?? Pause; // The circuit knows when the next try makes sense.
            }
            catch (Exception failed) when (failed is HttpRequestException
                || (failed is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                // Cancelled, but not by the stopping app: a timeout.
                LogStillWaiting(log, charge.IdempotencyKey, failed.Message);
                pause = Pause;
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Queued charge {Key} was not accepted and stays in the queue: {Reason}")]
    private static partial void LogStillWaiting(ILogger log, string key, string reason);
}
