using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Endpoints;

/// <summary>The wait for endpoints that are not known yet. It ends with the call.</summary>
internal static class Lookup
{
    /// <remarks>A synchronous call blocks here, once for each service: sources such as service discovery have no other way.</remarks>
    public static async Task<EndpointList?> WaitAsync(
        Task<EndpointList?> found, CallContext call, bool async, CancellationToken cancellationToken)
    {
        try
        {
            var waiting = found.Observed().WaitAsync(Remaining(call), call.Clock, cancellationToken);
            return async ? await waiting.ConfigureAwait(false) : waiting.GetAwaiter().GetResult();
        }
        catch (TimeoutException exception)
        {
            throw new HttpRequestException(
                HttpRequestError.NameResolutionError,
                $"{ServiceText.Format(call.Service.Name)}: no endpoints were found within the TotalTimeout of " +
                $"{DurationText.Format(call.TotalTimeout)}. Find out why the lookup is slow.",
                exception);
        }
    }

    private static TimeSpan Remaining(CallContext call)
    {
        if (call.Deadline == long.MaxValue)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var remaining = call.Clock.GetElapsedTime(call.Clock.GetTimestamp(), call.Deadline);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }
}
