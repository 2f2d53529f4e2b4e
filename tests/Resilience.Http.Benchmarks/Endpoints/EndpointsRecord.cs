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

    /// <summary>A call has ended. It belongs to the part of the run in which it does.</summary>
    /// <param name="due">When the call was due.</param>
    /// <param name="ended">When it ended.</param>
    /// <param name="isPost">Whether it is a POST with a key.</param>
    /// <param name="succeeded">Whether it had a successful response.</param>
    public void AddCall(double due, double ended, bool isPost, bool succeeded) => _calls.Enqueue(new(due, ended, isPost, succeeded));

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
        var lost = _calls.Where(call => IsIn(call, phase) && !call.Succeeded).ToArray();
        return new(lost.Count(static call => !call.IsPost), lost.Count(static call => call.IsPost));
    }

    private double P99()
    {
        var latencies = _calls.Where(call => IsIn(call, (int)EndpointsPhase.OneSlow) && call.Succeeded)
            .Select(static call => call.Ended - call.Due)
            .Order()
            .ToArray();
        return latencies.Length == 0 ? 0 : 1_000 * latencies[(int)Math.Ceiling(0.99 * latencies.Length) - 1];
    }

    private bool IsIn(Call call, int phase) => call.Ended >= _begins[phase] && call.Ended < _begins[phase + 1];

    private readonly record struct Call(double Due, double Ended, bool IsPost, bool Succeeded);

    private readonly record struct Send(bool IsToFirst, double At, bool Answered);
}
