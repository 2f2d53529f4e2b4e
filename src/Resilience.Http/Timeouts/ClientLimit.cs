using Microsoft.Extensions.Logging;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>
/// The bound that <see cref="HttpClient.Timeout"/> of a service's clients sets to every total timeout, and the warnings about it, each told once.
/// </summary>
internal sealed class ClientLimit(ResilientService service)
{
    /// <summary>Attempts cut from outside in a row that make it likely that something other than impatient callers is at work.</summary>
    private const int Suspicious = 20;

    private readonly ILogger _log = service.Host.Loggers.CreateLogger(TimeoutLog.Category);
    private readonly string _name = ServiceText.Of(service.Name);
    private long _longestTotal = Timeout.InfiniteTimeSpan.Ticks;
    private int _cutFromOutside;
    private bool _toldShortened;
    private bool _toldExceeded;
    private bool _toldCut;

    /// <summary>
    /// As of the client that was created last. All clients of a service are configured alike, but for those from before an edit; a call does
    /// not tell which client it comes from, and the shortest of all bounds would hold new clients to what an old one can do.
    /// </summary>
    public TimeSpan LongestTotal => new(Volatile.Read(ref _longestTotal));

    public static ClientLimit Of(ResilientService service) => service.State(static service => new ClientLimit(service));

    public void Use(ClientTimeout decided)
    {
        Volatile.Write(ref _longestTotal, decided.LongestTotal.Ticks);
        if (decided.ShortensTotal && First(ref _toldShortened))
        {
            TimeoutLog.ClientTimeoutIsShorter(
                _log, _name, decided.Timeout.TotalSeconds, TimeoutText.Duration(service.Options.TotalTimeout), decided.LongestTotal.TotalSeconds);
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

        if (context.Settings.TotalTimeout is { } asked && TimeLimit.Shorter(asked, longest) != asked && First(ref _toldExceeded))
        {
            TimeoutLog.RequestExceedsClientTimeout(_log, _name, TimeoutText.Duration(asked), longest.TotalSeconds);
        }

        context.LimitTotal(longest);
    }

    /// <summary>An attempt ended by the caller's token before any limit of ours.</summary>
    public void CutFromOutside(CallContext context)
    {
        if (Interlocked.Increment(ref _cutFromOutside) == Suspicious && First(ref _toldCut))
        {
            TimeoutLog.AlwaysCutFromOutside(_log, _name, Suspicious, context.Clock.GetElapsedTime(context.StartedAt).TotalSeconds);
        }
    }

    /// <summary>A limit of ours ended an attempt, so nothing outside ends them all.</summary>
    public void CutByUs() => Volatile.Write(ref _cutFromOutside, 0);

    private static bool First(ref bool told) => !Interlocked.Exchange(ref told, true);
}
