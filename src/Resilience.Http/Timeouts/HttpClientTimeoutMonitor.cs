using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>
/// The bound that <see cref="HttpClient.Timeout"/> of a service's clients sets to every total timeout, and the warnings about it, each
/// logged once.
/// </summary>
internal sealed class HttpClientTimeoutMonitor(ServiceState service)
{
    private readonly ILogger _log = service.Host.Loggers.CreateLogger(TimeoutLog.Category);
    private readonly string _name = ServiceText.Format(service.Name);
    private long _longestTotal = Timeout.InfiniteTimeSpan.Ticks;
    private OutsideCuts? _cuts; // Made when there is one.
    private bool _loggedShortened;
    private bool _loggedExceeded;
    private bool _loggedCut;

    /// <summary>
    /// That of the client created last. All clients of a service are configured alike, except those from before an edit. A call does not
    /// show which client it comes from, and the shortest of all bounds would hold new clients to what an old one can do.
    /// </summary>
    public TimeSpan LongestTotal => new(Volatile.Read(ref _longestTotal));

    public static HttpClientTimeoutMonitor GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static service => new HttpClientTimeoutMonitor(service));

    public void Use(HttpClientTimeoutPlan decided)
    {
        Volatile.Write(ref _longestTotal, decided.LongestTotal.Ticks);
        if (decided.ShortensTotal && First(ref _loggedShortened))
        {
            TimeoutLog.ClientTimeoutIsShorter(
                _log,
                _name,
                decided.Timeout.TotalSeconds,
                DurationText.Format(service.Options.TotalTimeout),
                decided.LongestTotal.TotalSeconds);
        }
    }

    /// <summary>Keeps the total timeout of a call under the bound.</summary>
    public void Limit(CallContext context)
    {
        var longest = LongestTotal;
        if (longest == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        if (context.Settings.TotalTimeout is { } asked && TimeLimit.Shorter(asked, longest) != asked && First(ref _loggedExceeded))
        {
            TimeoutLog.RequestExceedsClientTimeout(_log, _name, DurationText.Format(asked), longest.TotalSeconds);
        }

        context.LimitTotal(longest);
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
