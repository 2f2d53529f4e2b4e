using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>A circuit is held open by hand. That of a whole service holds for circuits that are made later, too.</summary>
/// <param name="Reason">What was given as the reason.</param>
/// <param name="Since">When it began.</param>
/// <param name="BeganAt">Timestamp of its beginning.</param>
/// <param name="EndsAt">Timestamp of its end, or <see cref="Timestamps.Never"/>.</param>
internal sealed record Isolation(string Reason, DateTimeOffset Since, long BeganAt, long EndsAt)
{
    /// <summary>Begins now.</summary>
    public static Isolation Begin(string reason, TimeSpan? duration, TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        return new(reason, clock.GetUtcNow(), now, duration is { } limit ? clock.After(now, limit) : Timestamps.Never);
    }

    public bool IsInForce(long now) => now < EndsAt;

    /// <summary>How a service shows that all its circuits are held open, as long as it has none.</summary>
    public CircuitSnapshot Snapshot(string service, HttpCircuitBreakerMode mode, TimeProvider clock)
    {
        var since = clock.AsSetNow(Since, BeganAt);
        return new()
        {
            ServiceName = service,
            Authority = Authority.AnyAuthority,
            State = CircuitState.Isolated,
            Mode = mode,
            Since = since,
            OpenedAt = since,
            RetryAfter = clock.Until(clock.GetTimestamp(), EndsAt),
            Reason = Reason,
        };
    }
}
