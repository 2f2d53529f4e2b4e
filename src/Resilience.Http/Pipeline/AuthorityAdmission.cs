using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

/// <summary>Whether an authority lets a send through.</summary>
/// <param name="State">The answer.</param>
/// <param name="RefusesUntil">
/// If it refuses: the timestamp until which it does, <see cref="Timestamps.Never"/> if that is unknown or only a person ends it.
/// </param>
/// <param name="TrialOverdueAt">
/// If it wants a trial: the timestamp from which any send serves as one, also one that cannot be repeated elsewhere.
/// </param>
internal readonly record struct AuthorityAdmission(AdmissionState State, long RefusesUntil = 0, long TrialOverdueAt = 0)
{
    public static readonly AuthorityAdmission Open = new(AdmissionState.Open);

    /// <summary>The stricter of two answers; of two refusals the one that lasts longer.</summary>
    public AuthorityAdmission And(AuthorityAdmission other) =>
        other.State > State || (other.State == State && other.RefusesUntil > RefusesUntil) ? other : this;
}

/// <summary>From the most to the least permissive.</summary>
internal enum AdmissionState
{
    /// <summary>Sends go through.</summary>
    Open,

    /// <summary>The next send is a trial of a circuit that was open.</summary>
    Trial,

    /// <summary>No send goes through.</summary>
    Refused,
}
