using System.Diagnostics.CodeAnalysis;
using Resilience.Http.Pipeline;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// A break that all replicas of an app have together, as one circuit takes part in it. It changes under the circuit's lock.
/// </summary>
/// <param name="id">Which break it is: the circuit takes part in each one once.</param>
/// <param name="beganHere">
/// The circuit had opened by itself. When the fleet closes, such a circuit has trials of its own first: its own network may be the cause.
/// </param>
/// <param name="trustedUntil">See <see cref="TrustedUntil"/>.</param>
internal sealed class SharedBreak(string id, bool beganHere, long trustedUntil)
{
    private volatile TrialPass? _pass;
    private volatile TrialResult? _result;
    private long _trustedUntil = trustedUntil;

    public string Id { get; } = id;

    public bool BeganHere { get; } = beganHere;

    /// <summary>
    /// Timestamp until which what the fleet said holds. It moves on while the replica hears from the store; if it hears nothing more, the
    /// circuit goes on alone. So neither a lost store nor a fault of the fleet's own keeps a circuit from its trials.
    /// </summary>
    public long TrustedUntil
    {
        get => Volatile.Read(ref _trustedUntil);
        set => Volatile.Write(ref _trustedUntil, value);
    }

    /// <summary>What came of the last trial, until it is reported.</summary>
    public TrialResult? Result
    {
        get => _result;
        set => _result = value;
    }

    /// <summary>The pass that waits for a call, or whose trial is in flight.</summary>
    public TrialPass? Pass
    {
        get => _pass;
        set => _pass = value;
    }

    public bool IsTrusted(long now) => now < TrustedUntil;

    /// <summary>Whether the next call is a trial of this replica.</summary>
    public bool HasPass(long now) => CanUse(_pass, now);

    /// <summary>What an attempt that begins now can expect once the break is over. Read without the lock, so it may be outdated.</summary>
    public AuthorityAdmission GetAdmission(long now) =>
        !IsTrusted(now) || CanUse(_pass, now)
            ? new(AdmissionState.Trial)
            : new(AdmissionState.Refused, TrustedUntil);

    /// <summary>A pass for the next call, if there is one that is not used and not over.</summary>
    public TrialPass? TakePass_NeedsLock(long now)
    {
        if (!CanUse(_pass, now))
        {
            return null;
        }

        _pass = _pass with { IsUsed = true };
        return _pass;
    }

    private static bool CanUse([NotNullWhen(true)] TrialPass? pass, long now) => pass is { IsUsed: false } && now < pass.ExpiresAt;
}
