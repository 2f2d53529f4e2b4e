namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Leave for one trial of a shared break, leased from the fleet.</summary>
/// <param name="Token">The fencing token: a result with the token of a lease that has passed on counts for nothing.</param>
/// <param name="GrantedAt">Timestamp of the moment at which it was asked for.</param>
/// <param name="ExpiresAt">Timestamp from which it lets no call through; never later than the end of the lease in the store.</param>
/// <param name="IsUsed">Its trial has begun.</param>
internal sealed record TrialPass(long Token, long GrantedAt, long ExpiresAt, bool IsUsed = false);
