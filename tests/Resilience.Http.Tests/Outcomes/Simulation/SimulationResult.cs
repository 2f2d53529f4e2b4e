using System.Globalization;

namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>What came of a simulated run. Latencies are those of the calls that were answered, in time or not.</summary>
internal sealed class SimulationResult(CallTimeline timeline, int seconds, List<double> latencies)
{
    /// <summary>What happens before that is not counted: the client starts, and the circuit has seen nothing yet.</summary>
    private const int Start = 10;

    private readonly double[] _latencies = [.. latencies.Order()];

    public CallTimeline Timeline => timeline;

    public double ShareInTime => timeline.ShareInTime(Start, seconds);

    public double SendsPerCall => timeline.SendsPerCall(Start, seconds);

    public double SendsPerCallInWorstSecond => MostSendsPerCall(inSeconds: 1);

    /// <summary>The most requests in so many seconds in a row for each call that began in them.</summary>
    public double MostSendsPerCall(int inSeconds) => timeline.MostSendsPerCall(inSeconds, 0, seconds);

    /// <summary>The latency, in milliseconds, that this share of the calls did not exceed.</summary>
    public double Quantile(double share) =>
        _latencies.Length == 0 ? 0 : _latencies[Math.Min(_latencies.Length - 1, (int)(share * _latencies.Length))];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{100 * ShareInTime:0.0} % in time; sends per call {SendsPerCall:0.00}, {SendsPerCallInWorstSecond:0.00} in the worst second; " +
        $"first refusal {timeline.FirstRefusal?.ToString(CultureInfo.InvariantCulture) ?? "never"}; p50 {Quantile(0.5):0}, p99 " +
        $"{Quantile(0.99):0}, p99.9 {Quantile(0.999):0} ms");
}
