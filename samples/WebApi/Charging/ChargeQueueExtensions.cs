namespace WebApi.Charging;

/// <summary>Lets the client of payments queue what payments cannot take.</summary>
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
