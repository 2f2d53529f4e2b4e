using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>
/// What becomes of <see cref="HttpClient.Timeout"/>. It bounds buffered bodies too, so it stays, but our deadline has to fire first: seen
/// from the chain, HttpClient's timeout is the caller's cancellation, and a service that hangs would never open its circuit.
/// </summary>
/// <param name="Timeout">The value for <see cref="HttpClient.Timeout"/>.</param>
/// <param name="LongestTotal">What no total timeout may exceed under it.</param>
/// <param name="ShortensTotal">Whether the user's timeout takes the place of the client's total timeout.</param>
internal readonly record struct HttpClientTimeoutPlan(TimeSpan Timeout, TimeSpan LongestTotal, bool ShortensTotal)
{
    /// <summary>The framework's own. One that the user set to the same value cannot be distinguished from it.</summary>
    private static readonly TimeSpan FrameworkDefault = TimeSpan.FromSeconds(100);

    /// <summary>Left to a fallback after the total timeout, and to a small body that is being buffered.</summary>
    private static readonly TimeSpan Headroom = TimeSpan.FromSeconds(1);

    /// <summary>How much earlier the chain's timer has to fire than HttpClient's: timers are some 15 ms apart at worst.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(50);

    public static HttpClientTimeoutPlan Decide(TimeSpan client, TimeSpan total)
    {
        if (client == FrameworkDefault)
        {
            client = total == System.Threading.Timeout.InfiniteTimeSpan ? total : total + Headroom;
        }

        return new(
            client,
            LongestUnder(client),
            TimeLimit.Shorter(client, total) == client && client != System.Threading.Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// For a chain that is switched off. The client may be kept until it is switched on, and from then on its timeout bounds the calls.
    /// </summary>
    private static HttpClientTimeoutPlan Untouched(TimeSpan client) => new(client, LongestUnder(client), ShortensTotal: false);

    /// <summary>Called when a client of the service is created and all of its other configuration has run.</summary>
    public static void Apply(HttpClient client, ServiceState service)
    {
        var decided = service.Options.Enabled ? Decide(client.Timeout, service.Options.TotalTimeout) : Untouched(client.Timeout);
        if (client.Timeout != decided.Timeout)
        {
            client.Timeout = decided.Timeout;
        }

        service.LongestTotal = decided.LongestTotal;
        if (decided.ShortensTotal)
        {
            HttpClientTimeoutMonitor.GetOrCreate(service).RecordShortened(decided);
        }
    }

    /// <summary>
    /// The <see cref="HttpClient.Timeout"/> that has shortened the total timeout of a call; <see langword="null"/> if none has.
    /// </summary>
    public static TimeSpan? ShorteningTimeout(TimeSpan requested, TimeSpan total)
    {
        if (total == requested)
        {
            return null;
        }

        return total > Lead ? total + Lead : total * 2; // The inverse of LongestUnder.
    }

    private static TimeSpan LongestUnder(TimeSpan client)
    {
        if (client == System.Threading.Timeout.InfiniteTimeSpan)
        {
            return client;
        }

        return client > Lead * 2 ? client - Lead : client / 2;
    }
}
