using System.Net;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>
/// Our chain with one layer on and the others off. The handlers all stand in line; a layer that is off passes the call on.
/// </summary>
internal static class Layers
{
    /// <summary>The switch that takes the whole chain out.</summary>
    public static readonly Contender SwitchedOff = Ours.Created("Enabled = false", options => options.Enabled = false);

    public static readonly Contender AllOff = Only("every layer off", static (_, _) => { });

    public static readonly Contender[] Alone =
    [
        Only("tracing alone, unheard", static (options, _) => options.Tracing.Enabled = true),
        Only("fallback alone", static (options, _) => options.Fallback.StatusCode = HttpStatusCode.OK),
        Only("total timeout alone", static (options, full) => options.TotalTimeout = full.TotalTimeout),
        Only("retry alone", static (options, _) => options.Retry.Enabled = true),
        Only("circuit breaker alone", static (options, _) => options.CircuitBreaker.Enabled = true),
        Only("attempt timeout alone", static (options, full) => options.AttemptTimeout = full.AttemptTimeout),
    ];

    private static Contender Only(string name, Action<ResilientHttpClientOptions, ResilientHttpClientOptions> switchOn) =>
        Ours.Created(name, options =>
        {
            options.Tracing.Enabled = false;
            options.TotalTimeout = Timeout.InfiniteTimeSpan;
            options.AttemptTimeout = Timeout.InfiniteTimeSpan;
            options.Retry.Enabled = false;
            options.CircuitBreaker.Enabled = false;
            switchOn(options, new ResilientHttpClientOptions());
        });
}
