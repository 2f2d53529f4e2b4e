using Microsoft.Extensions.Logging;
using Resilience.Http.Chaos.Faults;
using Resilience.Http.Chaos.Gates;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Chaos.Registration;

/// <summary>Says what is on and until when, or why nothing is: at start, and whenever an edit changes it.</summary>
internal sealed class ChaosTelemetry(ChaosEnvironment environment, ResilienceRuntime host, UnreadFaults unread)
{
    private readonly ILogger _log = host.Loggers.CreateLogger(ChaosLog.Category);
    private string _told = "";

    public void Log(CheckedChaos settings)
    {
        var options = settings.Options;
        var gates = new ChaosGates(options, environment.Name);
        var faults = Faults(options);
        var gate = gates.At(host.Clock.GetUtcNow());
        var closed = gate is ChaosGate.None or ChaosGate.Schedule ? null : gates.Words(gate); // the schedule opens again by itself
        var now = $"{closed} {gates.End()} {options.DryRun} {faults}";
        var before = Interlocked.Exchange(ref _told, now);
        if (before == now)
        {
            return;
        }

        if (closed is null)
        {
            _log.ChaosOn(environment.Name, gates.End(), options.DryRun ? ", as a dry run" : "", faults.Length == 0 ? "none yet, experiments may set them" : faults);
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

    private static string Faults(HttpChaosOptions options) => string.Join("; ",
        from client in options.Clients.Append(new("all clients", options.Everyone ?? new()))
        let plan = FaultPlan.From(client.Value)
        where plan is not null
        select $"{client.Key}: {plan}");
}
