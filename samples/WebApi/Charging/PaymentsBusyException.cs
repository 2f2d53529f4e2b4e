namespace WebApi.Charging;

/// <summary>Payments is out of reach and the queue for it is full.</summary>
internal sealed class PaymentsBusyException(TimeSpan retryAfter)
    : Exception("Payments is out of reach, and the queue of charges that wait for it is full. Place the order again later.")
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
