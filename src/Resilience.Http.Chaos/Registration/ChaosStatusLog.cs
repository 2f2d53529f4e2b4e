using Microsoft.Extensions.Logging;
using Resilience.Http.Chaos.Gates;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Chaos.Registration;

/// <summary>Logs which faults are active and until when, or why none are: at startup, and after each change.</summary>
internal sealed class ChaosStatusLog(ChaosEnvironment environment, ResilienceRuntime host, UnreadFaults unread)
{
    private readonly ILogger _log = host.CreateLogger(ChaosLog.Category);
    private string _logged = "";

    public void Log(CheckedChaos settings)
    {
        var options = settings.Options;
        var gates = new ChaosGates(options, environment.Name);
        var faults = string.Join("; ", FaultSummary.For(options));
        var gate = gates.At(host.Clock.GetUtcNow());
        var closed = gate is ChaosGate.None or ChaosGate.Schedule ? null : gates.Words(gate); // the schedule opens again by itself
        var now = $"{closed} {gates.End()} {options.DryRun} {faults}";
        var before = Interlocked.Exchange(ref _logged, now);
        if (before == now)
        {
            return;
        }

        if (closed is null)
        {
            _log.ChaosOn(
                environment.Name,
                gates.End(),
                options.DryRun ? ", dry run" : "",
                faults.Length == 0 ? "none yet; experiments can set them" : faults);
            foreach (var (path, percentage) in settings.LikelyShares)
            {
                _log.PercentageLooksLikeShare(path, percentage, percentage * 100);
            }

            foreach (var (path, hint) in unread.In(options))
            {
                _log.FaultsUnread(path, hint);
            }
        }
        else if (options.Enabled)
        {
            _log.ChaosHeldBack(closed);
        }
        else if (before.Length > 0)
        {
            _log.ChaosOff(closed);
        }
    }
}
