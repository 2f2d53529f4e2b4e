using System.Collections.Concurrent;

namespace Resilience.Http.Benchmarks.Endpoints;

/// <summary>What one client has seen: each call and each send, with its time in seconds from the start of the load.</summary>
internal sealed class EndpointsRecord(Uri first)
{
    /// <summary>An instance that is sent nothing for so long is given up. Trials are further apart.</summary>
    private const double Silence = 1;

    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly ConcurrentQueue<Send> _sends = new();
    private readonly double[] _begins = new double[(int)EndpointsPhase.End + 1];

    /// <summary>A part of the run begins.</summary>
    public void Begin(EndpointsPhase phase, double now) => _begins[(int)phase] = now;

    /// <param name="due">When the call was due.</param>
    /// <param name="isPost">Whether it is a POST with a key.</param>
    /// <param name="latency">In seconds; <see langword="null"/> if the call failed.</param>
    public void AddCall(double due, bool isPost, double? latency) => _calls.Enqueue(new(due, isPost, latency));

    /// <summary>A send has ended.</summary>
    public void AddSend(Uri uri, double began, bool answered) => _sends.Enqueue(new(uri.Port == first.Port, began, answered));

    public EndpointsFigures GetFigures(double mostLate)
    {
        var mine = _sends.Where(static send => send.IsToFirst).OrderBy(static send => send.At).ToArray();
        var back = _begins[(int)EndpointsPhase.OneBack];
        var returned = mine.Where(send => send.At >= back && send.At < _begins[(int)EndpointsPhase.TwoDead] && send.Answered)
            .Select(static send => (double?)send.At)
            .FirstOrDefault();
        return new(
            [.. Enumerable.Range(0, (int)EndpointsPhase.End).Select(Lost)],
            FindStop(mine, _begins[(int)EndpointsPhase.OneDead], back),
            returned - back,
            returned is { } at ? 3.0 * CountIn(mine, at) / CountIn(_sends, at) : 0,
            P99(),
            1_000 * mostLate);
    }

    private static int CountIn(IEnumerable<Send> sends, double from) => sends.Count(send => send.At >= from && send.At < from + 1);

    /// <summary>The first send that is followed by silence.</summary>
    private static double? FindStop(Send[] mine, double killed, double back)
    {
        var last = killed;
        foreach (var send in mine.Where(send => send.At >= killed && send.At < back))
        {
            if (send.At - last >= Silence)
            {
                break;
            }

            last = send.At;
        }

        return back - last >= Silence ? last - killed : null;
    }

    private LostCalls Lost(int phase)
    {
        var lost = _calls.Where(call => IsIn(call, phase) && call.Latency is null).ToArray();
        return new(lost.Count(static call => !call.IsPost), lost.Count(static call => call.IsPost));
    }

    private double P99()
    {
        var latencies = _calls.Where(static call => call.Latency is not null)
            .Where(call => IsIn(call, (int)EndpointsPhase.OneSlow))
            .Select(static call => call.Latency!.Value)
            .Order()
            .ToArray();
        return latencies.Length == 0 ? 0 : 1_000 * latencies[(int)Math.Ceiling(0.99 * latencies.Length) - 1];
    }

    private bool IsIn(Call call, int phase) => call.Due >= _begins[phase] && call.Due < _begins[phase + 1];

    private readonly record struct Call(double Due, bool IsPost, double? Latency);

    private readonly record struct Send(bool IsToFirst, double At, bool Answered);
}
