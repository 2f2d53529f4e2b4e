using System.Diagnostics;
using HdrHistogram;
using Resilience.Http.Testing.Simulation;

namespace Resilience.Http.Benchmarks.Outcomes.Clients;

/// <summary>
/// Calls at a steady rate from a thread of its own, however slow the answers are. A latency counts from the instant at which the call was
/// due and not from the one at which it was sent, so no wait of the load itself is left out (coordinated omission).
/// </summary>
internal sealed class OpenLoad(HttpClient client, LoadOptions options)
{
    /// <summary>A call that comes later than this is left out: the process was frozen, and so would have been whatever called it.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(1);

    private readonly LongConcurrentHistogram _microseconds = new(1, 600_000_000, 3);
    private int _pending;
    private long _start;

    public CallTimeline Timeline { get; } = new(options.Seconds);

    public HistogramBase Microseconds => _microseconds;

    /// <summary>The most that a call was late, once the start was over.</summary>
    public TimeSpan MostLateSeen { get; private set; }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public void OnSend() => Timeline.Send((int)Elapsed.TotalSeconds);

    /// <summary>Blocks until all calls have ended, or have taken longer than counts.</summary>
    public void Run()
    {
        _start = Stopwatch.GetTimestamp();
        for (var call = 0; call < options.Rate * options.Seconds; call++)
        {
            var due = TimeSpan.FromSeconds(call / options.Rate);
            WaitUntil(due);
            var late = Elapsed - due;
            if (late < MostLate && Elapsed.TotalSeconds < options.Seconds)
            {
                MostLateSeen = late > MostLateSeen && due.TotalSeconds >= options.Start ? late : MostLateSeen;
                Interlocked.Increment(ref _pending);
                _ = CallAsync(due);
            }
        }

        while (Volatile.Read(ref _pending) > 0 && Elapsed.TotalSeconds < options.Seconds + options.Limit + 1)
        {
            Thread.Sleep(20);
        }
    }

    private void WaitUntil(TimeSpan due)
    {
        while (due - Elapsed is { Ticks: > 0 } wait)
        {
            Thread.Sleep(wait);
        }
    }

    private async Task CallAsync(TimeSpan due)
    {
        var begin = Elapsed;
        var second = Math.Min((int)begin.TotalSeconds, options.Seconds - 1);
        Timeline.Begin(second);
        try
        {
            using var response = await client.GetAsync(options.Address).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                _microseconds.RecordValue(Math.Clamp((long)(Elapsed - due).TotalMicroseconds, 1, _microseconds.HighestTrackableValue));
                if ((Elapsed - begin).TotalSeconds <= options.Limit)
                {
                    Timeline.Answer(second);
                }
            }
        }
        catch (Exception exception)
        {
            // Polly's name for it, and ours.
            if (exception.GetType().Name is "BrokenCircuitException" or nameof(CircuitOpenException))
            {
                Timeline.Refuse(second);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }
}
