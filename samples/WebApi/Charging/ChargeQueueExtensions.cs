namespace WebApi.Charging;

/// <summary>Queues the charges that payments cannot take now; a worker makes them later.</summary>
internal static class ChargeQueueExtensions
{
    public static IHttpClientBuilder AddChargeQueue(this IHttpClientBuilder payments, IConfiguration configuration)
    {
        var queue = new ChargeQueue(configuration);
        payments.Services.AddSingleton(queue);
        payments.Services.AddHostedService<ChargeWorker>();
        return payments.AddFallback((failed, cancellationToken) => ChargeFallback.QueueAsync(failed, queue, cancellationToken));
    }
}
