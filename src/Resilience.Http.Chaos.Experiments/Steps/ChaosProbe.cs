using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Steps;

namespace Resilience.Http;

/// <summary>
/// A step that measures one value, which <see cref="Tolerance"/> accepts or not. If a probe throws, it counts as not met.
/// </summary>
public sealed class ChaosProbe : ChaosActivity
{
    private readonly StepDelegate _measure;

    /// <summary>Creates a probe from a delegate.</summary>
    /// <param name="name">The name of the probe in progress, result and journal.</param>
    /// <param name="measure">
    /// Gives the value: a number, a text, a truth value, or a JSON object. It may be called several times in one run. One that cannot be
    /// written as JSON, such as <see cref="double.NaN"/>, counts as a failure of the probe.
    /// </param>
    public ChaosProbe(string name, Func<CancellationToken, ValueTask<JsonNode?>> measure)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(measure);
        _measure = (_, cancellationToken) => measure(cancellationToken);
    }

    internal ChaosProbe(string name, StepDelegate measure)
        : base(name) =>
        _measure = measure;

    /// <summary>
    /// The condition that the value must meet. It is required in the steady state. In the method, a probe without a tolerance only records
    /// its value. If a tolerance in the method is not met, the hypothesis did not hold.
    /// </summary>
    /// <value>Default: <see langword="null"/>.</value>
    public ChaosTolerance? Tolerance { get; init; }

    internal override string Kind => "probe";

    /// <summary>
    /// Sends one HTTP request. The value is an object with <c>status</c>, <c>headers</c> and <c>body</c>, of which a plain tolerance tests
    /// the status.
    /// </summary>
    /// <param name="name">The name of the probe.</param>
    /// <param name="request">What to send.</param>
    /// <param name="tolerance">What the answer must be, <c>ChaosTolerance.Equal(200)</c> for instance.</param>
    public static ChaosProbe Http(string name, ChaosHttpRequest request, ChaosTolerance tolerance)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new(name, (tools, cancellationToken) => tools.AskAsync(request, cancellationToken)) { Tolerance = tolerance };
    }

    /// <summary> The share of calls, from 0 to 1, that succeeded: a status below 500 other than 408 and 429, or 501 or 505. </summary>
    /// <param name="name">The name of the probe.</param>
    /// <param name="traffic">The calls to measure.</param>
    /// <param name="tolerance">What the share must be, <c>ChaosTolerance.AtLeast(0.99)</c> for instance.</param>
    public static ChaosProbe SuccessRate(string name, ChaosTraffic traffic, ChaosTolerance tolerance)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        return new(name, (tools, cancellationToken) => tools.SuccessRateAsync(traffic, cancellationToken)) { Tolerance = tolerance };
    }

    /// <summary>The duration, in seconds, that 95 of 100 calls did not exceed, up to the response headers.</summary>
    /// <param name="name">The name of the probe.</param>
    /// <param name="traffic">The calls to measure.</param>
    /// <param name="tolerance">What the duration must be, in seconds: <c>ChaosTolerance.AtMost(0.5)</c> for instance.</param>
    public static ChaosProbe P95Latency(string name, ChaosTraffic traffic, ChaosTolerance tolerance)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        return new(name, (tools, cancellationToken) => tools.P95LatencyAsync(traffic, cancellationToken)) { Tolerance = tolerance };
    }

    /// <summary>How many requests a client sent per call: 1 without retries, less if a circuit or a cache held calls back.</summary>
    /// <param name="name">The name of the probe.</param>
    /// <param name="traffic">The calls to measure; <see cref="ChaosTraffic.Client"/> must be set.</param>
    /// <param name="tolerance">What the ratio must be, <c>ChaosTolerance.AtMost(1.5)</c> for instance.</param>
    /// <exception cref="ArgumentException">The traffic names no client: only a client's own sends can be counted.</exception>
    public static ChaosProbe SendsPerCall(string name, ChaosTraffic traffic, ChaosTolerance tolerance)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        return traffic.Client is null
            ? throw new ArgumentException(
                "Sends per call needs a client. Set ChaosTraffic.Client to the client whose sends are counted.", nameof(traffic))
            : new(name, (tools, cancellationToken) => tools.SendsPerCallAsync(traffic, cancellationToken)) { Tolerance = tolerance };
    }

    /// <summary>The state of a client's circuit, as text: <c>closed</c>, <c>open</c>, <c>half_open</c> or <c>isolated</c>.</summary>
    /// <param name="name">The name of the probe.</param>
    /// <param name="client">The name of the client.</param>
    /// <param name="tolerance">What the state must be, <c>ChaosTolerance.Equal("closed")</c> for instance.</param>
    /// <param name="authority">The authority, as <c>https://payments.internal</c>; <see langword="null"/> for the worst circuit of the
    /// client.</param>
    public static ChaosProbe CircuitState(string name, string client, ChaosTolerance tolerance, string? authority = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        return new(name, (tools, _) => new(tools.CircuitState(client, authority))) { Tolerance = tolerance };
    }

    internal override ValueTask<JsonNode?> RunAsync(ExperimentServices tools, CancellationToken cancellationToken) =>
        _measure(tools, cancellationToken);
}
