using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>
/// The warnings about the bound that <see cref="HttpClient.Timeout"/> of a service's clients sets to every total timeout
/// (<see cref="ServiceState.LongestTotal"/>), each logged once. Made when there is something to look at: most services have no such bound
/// that matters, and no calls that are cut.
/// </summary>
internal sealed class HttpClientTimeoutMonitor(ServiceState service)
{
    private readonly ILogger _log = service.Host.CreateLogger(TimeoutLog.Category);
    private readonly string _name = ServiceText.Format(service.Name);
    private OutsideCuts? _cuts; // Made when there is one.
    private bool _loggedShortened;
    private bool _loggedExceeded;
    private bool _loggedCut;

    public static HttpClientTimeoutMonitor GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static service => new HttpClientTimeoutMonitor(service));

    /// <summary>A client's own timeout is shorter than the total timeout.</summary>
    public void RecordShortened(HttpClientTimeoutPlan decided)
    {
        if (First(ref _loggedShortened))
        {
            TimeoutLog.ClientTimeoutIsShorter(
                _log,
                _name,
                decided.Timeout.TotalSeconds,
                DurationText.Format(service.Options.TotalTimeout),
                decided.LongestTotal.TotalSeconds);
        }
    }

    /// <summary>A request asks for a longer total timeout than its client allows.</summary>
    public void RecordExceeded(TimeSpan asked, TimeSpan longest)
    {
        if (HttpClientTimeoutPlan.ShorteningTimeout(asked, longest) is { } client && First(ref _loggedExceeded))
        {
            TimeoutLog.RequestExceedsClientTimeout(
                _log, _name, DurationText.Format(asked), client.TotalSeconds, longest.TotalSeconds);
        }
    }

    /// <summary>The caller's token ended an attempt before any limit of the chain.</summary>
    public void RecordExternalCancellation(CallContext context)
    {
        if (Volatile.Read(ref _loggedCut))
        {
            return;
        }

        var cuts = LazyInitializer.EnsureInitialized(ref _cuts);
        if (cuts.LookLikeATimeout(context.Clock.GetElapsedTime(context.StartedAt)) is { } elapsed && First(ref _loggedCut))
        {
            TimeoutLog.AlwaysCutFromOutside(_log, _name, OutsideCuts.Suspicious, elapsed.TotalSeconds);
        }
    }

    /// <summary>A limit of the chain ended an attempt, so nothing outside ends them all.</summary>
    public void RecordOwnTimeout() => Volatile.Read(ref _cuts)?.Clear();

    private static bool First(ref bool logged) => !Interlocked.Exchange(ref logged, true);
}
