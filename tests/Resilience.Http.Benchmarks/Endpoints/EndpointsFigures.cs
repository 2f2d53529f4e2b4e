using System.Text.Json;

namespace Resilience.Http.Benchmarks.Endpoints;

/// <summary>What one client came to; travels as JSON from its process. Times in seconds, latencies in milliseconds.</summary>
/// <param name="Lost">Calls that failed, by the part of the run in which they ended.</param>
/// <param name="StopsAfter">How long the instance that was killed first was still sent to; trials apart.</param>
/// <param name="ReturnsAfter">How long after its start it answered first; <see langword="null"/> for never.</param>
/// <param name="FirstSecond">What it was sent in the first second from then on, in relation to an even share.</param>
/// <param name="P99">While one instance was slow.</param>
/// <param name="LoadWasLate">The most that a call was late, in milliseconds.</param>
internal sealed record EndpointsFigures(
    IReadOnlyList<LostCalls> Lost, double? StopsAfter, double? ReturnsAfter, double FirstSecond, double P99, double LoadWasLate)
{
    /// <summary>The calls that were lost while instances were dead and after they had come back.</summary>
    public LostCalls LostIn(EndpointsPhase dead) => Lost[(int)dead] + Lost[(int)dead + 1];

    public override string ToString() => JsonSerializer.Serialize(this);

    public static EndpointsFigures Parse(string json) => JsonSerializer.Deserialize<EndpointsFigures>(json)!;
}

/// <summary>Calls that failed.</summary>
internal readonly record struct LostCalls(int Gets, int Posts)
{
    public static LostCalls operator +(LostCalls left, LostCalls right) => new(left.Gets + right.Gets, left.Posts + right.Posts);

    public override string ToString() => $"{Gets} / {Posts}";
}
