namespace WebApi.Charging;

/// <summary>
/// A charge that payments could not take yet. With its idempotency key it is safe to send, whatever became of the attempts before.
/// </summary>
internal sealed record QueuedCharge(string IdempotencyKey, decimal Amount);
