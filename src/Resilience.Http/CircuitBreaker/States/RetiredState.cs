using Resilience.Http.Pipeline;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>No longer in the table. A caller that still holds the circuit looks the authority up again.</summary>
internal sealed class RetiredState(CircuitEnvironment terms, CircuitStateBase last)
    : CircuitStateBase(terms, CircuitState.Closed, last.BeganAt, last.Since, last.Reason, last.Memory)
{
    public override AuthorityAdmission GetAdmission(long now) => AuthorityAdmission.Open;

    public override AcquireResult Acquire_NeedsLock(
        Circuit circuit, long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal)
    {
        permit = default;
        refusal = null;
        return AcquireResult.Retired;
    }
}
