namespace WebApi.Clients;

/// <summary>Payments is out of reach, and the queue of charges is full.</summary>
internal sealed class PaymentsBusyException(TimeSpan retryAfter)
    : Exception("Payments is out of reach, and the queue of charges is full. Place the order again later.")
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
