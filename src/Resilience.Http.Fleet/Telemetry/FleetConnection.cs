using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Fleet.Telemetry;

/// <summary>
/// Whether the store is reached. A single exchange that fails is not news; if it goes on, one line says so, and another when it is over.
/// </summary>
internal sealed class FleetConnection(string replica, string store, ResilienceRuntime host)
{
    private static readonly TimeSpan WorthALine = TimeSpan.FromMilliseconds(800);

    private readonly ILogger _log = host.CreateLogger(FleetLog.Category);
    private volatile State _state = new(IsConnected: false, IsReported: false, host.Clock.GetTimestamp(), host.Clock.GetUtcNow());

    public bool IsConnected => _state.IsConnected;

    public DateTimeOffset Since => _state.Since;

    /// <summary>An exchange went well.</summary>
    public void Succeed()
    {
        if (_state is { IsConnected: false } lost)
        {
            _state = new(IsConnected: true, IsReported: false, host.Clock.GetTimestamp(), host.Clock.GetUtcNow());
            if (lost.IsReported)
            {
                _log.StoreBack(DurationText.FormatWait(host.Clock.GetElapsedTime(lost.At)), replica);
            }
        }
    }

    /// <summary>An exchange failed.</summary>
    public void Fail(Exception exception)
    {
        if (_state.IsConnected)
        {
            _state = new(IsConnected: false, IsReported: false, host.Clock.GetTimestamp(), host.Clock.GetUtcNow());
        }

        if (_state is { IsReported: false } lost && host.Clock.GetElapsedTime(lost.At) >= WorthALine)
        {
            _state = lost with { IsReported = true };
            _log.StoreLost(store, Describe(exception), exception);
        }
    }

    /// <summary>Without a final period. What a library adds to a timeout, such as the state of the thread pool, hides the reason.</summary>
    public static string Describe(Exception exception) =>
        exception is OperationCanceledException or TimeoutException ? "it does not answer in time" : exception.Message.TrimEnd('.');

    private sealed record State(bool IsConnected, bool IsReported, long At, DateTimeOffset Since);
}
