using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;

namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>What the circuits of a service know about an authority, for the features that choose where to send.</summary>
internal sealed record CircuitStatusSource(ServiceCircuits Circuits) : IAuthorityStatusSource
{
    public AuthorityAdmission GetAdmission(Uri uri, long now) =>
        Find(uri) is { } circuit ? circuit.GetAdmission(now) : AuthorityAdmission.Open;

    public double GetFailureRatio(Uri uri, long now) => Find(uri)?.Snapshot().FailureRatio ?? 0;

    public bool TryForget(string authority) => Circuits.TryForget(authority);

    private Circuit? Find(Uri uri) => Circuits is { Enabled: true, Enforces: true } ? Circuits.Find(uri) : null;
}
