using System.Globalization;
using Resilience.Http.Testing.Simulation;

namespace Resilience.Http.Testing;

/// <summary>The result of a simulation. All times are virtual, and count from the start of the run.</summary>
public sealed class SimulationResult
{
    private readonly CallTimeline _timeline;
    private readonly double[] _latencies;

    internal SimulationResult(CallTimeline timeline, List<double> latencies, TimeSpan? firstRefusal, int fallbacks)
    {
        FirstRefusal = firstRefusal;
        Fallbacks = fallbacks;
        _timeline = timeline;
        _latencies = [.. latencies.Order()];
    }

    /// <summary>How many calls were made.</summary>
    public int Calls => _timeline.Calls;

    /// <summary>
    /// The share of the calls that the service answered with a success in time, 0 to 1. A fallback's answer does not count.
    /// </summary>
    public double Availability => _timeline.ShareInTime(0, _timeline.Seconds);

    /// <summary>The number of requests that reached the network per call. Refused calls send none, so it can be below 1.</summary>
    public double SendsPerCall => _timeline.SendsPerCall(0, _timeline.Seconds);

    /// <summary>The highest ratio of the requests in one second to the calls that began in it.</summary>
    public double SendsPerCallInWorstSecond => _timeline.SendsPerCallInWorstSecond(0, _timeline.Seconds);

    /// <summary>How many calls a fallback answered.</summary>
    public int Fallbacks { get; }

    /// <summary>When a circuit or a limit refused a call for the first time; <see langword="null"/> if none did.</summary>
    public TimeSpan? FirstRefusal { get; }

    /// <summary>The requests that reached the network, by second. Those after the last call began are left out.</summary>
    public IReadOnlyList<int> RequestsPerSecond => _timeline.Sends;

    /// <summary>The refused calls by the second in which they began.</summary>
    public IReadOnlyList<int> RefusedPerSecond => _timeline.Refused;

    internal CallTimeline Timeline => _timeline;

    /// <summary>The share of the calls that began in a part of the run and succeeded in time, 0 to 1.</summary>
    /// <param name="from">The beginning of the part, rounded down to seconds.</param>
    /// <param name="to">Its end, rounded down to seconds; at most the length of the run.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The part begins before the run, ends after it, or is shorter than a second.
    /// </exception>
    public double AvailabilityBetween(TimeSpan from, TimeSpan to)
    {
        var (first, end) = (from.TotalSeconds, to.TotalSeconds);
        if (first < 0 || end >= _timeline.Seconds + 1)
        {
            throw new ArgumentOutOfRangeException(
                first < 0 ? nameof(from) : nameof(to), $"The run lasts from 0 to {_timeline.Seconds} s; this part is {first} to {end} s.");
        }

        if ((int)end <= (int)first)
        {
            throw new ArgumentOutOfRangeException(
                nameof(to), $"The part must end at least a second after its beginning: {first} to {end} s.");
        }

        return _timeline.ShareInTime((int)first, (int)end);
    }

    /// <summary> The time from the end of a fault until 99 % of the calls succeed in time again, for five seconds in a row. </summary>
    /// <param name="healthy">The time of the run at which the service is healthy again, rounded down to seconds.</param>
    /// <returns>The time in whole seconds; <see langword="null"/> if it does not happen before the end of the run.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is before the start of the run.</exception>
    public TimeSpan? TimeToRecover(TimeSpan healthy)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(healthy, TimeSpan.Zero);
        return _timeline.SecondsToRecover((int)healthy.TotalSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>The latency that this share of the answered calls did not exceed.</summary>
    /// <param name="share">The share, 0 to 1: 0.99 for the 99th percentile.</param>
    /// <returns>The latency; zero if no call was answered.</returns>
    public TimeSpan Latency(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return TimeSpan.FromMilliseconds(Quantile(share));
    }

    /// <summary>The run as a text chart: a line for each part, with availability as a bar, sends per call and refused calls.</summary>
    /// <param name="lines">How many lines the run is divided into, at most.</param>
    public string ToChart(int lines = 24)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lines, 1);
        return SimulationChart.Draw(_timeline, lines);
    }

    /// <summary>The figures in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{100 * Availability:0.0} % in time; sends per call {SendsPerCall:0.00}, {SendsPerCallInWorstSecond:0.00} in the worst second; " +
        $"first refusal {FirstRefusal?.TotalSeconds.ToString("0.0 's'", CultureInfo.InvariantCulture) ?? "never"}; " +
        $"p50 {Quantile(0.5):0}, p99 {Quantile(0.99):0}, p99.9 {Quantile(0.999):0} ms");

    private double Quantile(double share) =>
        _latencies.Length == 0 ? 0 : _latencies[Math.Min(_latencies.Length - 1, (int)(share * _latencies.Length))];
}
