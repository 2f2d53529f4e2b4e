using Microsoft.Extensions.Logging;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>
/// An attempt that a redirect took to another authority says nothing more about the first one, which has answered. How it ended counts for
/// the circuit of the other authority if there is one, else for none.
/// </summary>
internal sealed class RedirectTargets
{
    private readonly ServiceCircuits _circuits;
    private readonly ILogger _log;
    private readonly string _service;
    private int _isolatedReported;

    private RedirectTargets(ServiceState service)
    {
        _circuits = ServiceCircuits.GetOrCreate(service);
        _log = service.Host.CreateLogger(CircuitBreakerLog.Category);
        _service = ServiceText.Format(service.Name);
    }

    public static RedirectTargets GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new RedirectTargets(service));

    /// <summary>
    /// The authority that a redirect took the attempt to, if it is not that of the attempt's own circuit. One circuit for all is never
    /// left.
    /// </summary>
    public static string? Find(Redirect? redirect, Circuit circuit)
    {
        if (redirect is not { LeavesAuthority: true } || circuit.Name.Authority == Authority.AnyAuthority)
        {
            return null;
        }

        var target = Authority.From(redirect.To);
        return target == circuit.Name.Authority ? null : target;
    }

    /// <summary>
    /// Takes a permit from the circuit of the target as of the start of the attempt. There is none if it has no circuit or if that is
    /// open: then the attempt changes nothing there.
    /// </summary>
    public bool TryAcquire(string target, AttemptContext attempt, TimeSpan attemptLimit, out CircuitPermit permit)
    {
        permit = default;
        if (_circuits.FindCircuit(target) is not { } circuit)
        {
            return false;
        }

        if (circuit.TryAcquire(attempt.StartedAt, attemptLimit, out permit, out var refusal) == AcquireResult.Granted)
        {
            return true;
        }

        if (refusal is { State: CircuitState.Isolated } && _circuits.Enforces && Interlocked.Exchange(ref _isolatedReported, 1) == 0)
        {
            _log.IsolatedReachedByRedirect(_service, target);
        }

        return false;
    }
}
