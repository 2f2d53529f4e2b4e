using System.Numerics;

namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>
/// Adds up what sends do from one decision to the next. A send takes one atomic step when it begins and one when it ends.
/// </summary>
/// <remarks>
/// The time that sends spend in flight is the sum of their ends less the sum of their starts, both counted from the beginning of the
/// window; one that was in flight then has a start of zero, and one that still is has its end now. So no send needs to be remembered.
/// A send that ends while the window is renewed may count in the wrong one: an error of one send.
/// </remarks>
internal sealed class LoadWindow(TimeProvider clock)
{
    /// <summary>The sum of times has the lower 44 bits, signed; the number of samples is above it.</summary>
    private const int CountShift = 44;

    /// <summary>Times are added up in units of about a microsecond: 8.8e12 of them fit. A shift costs a tenth of a division.</summary>
    private readonly int _unitShift = BitOperations.Log2((ulong)Math.Max(1, clock.TimestampFrequency / 1_000_000));

    private long _beganAt;
    private long _sum;
    private int _drops;
    private int _rejected;
    private int _peak;

    public void Begin(long now, int inFlight)
    {
        Volatile.Write(ref _beganAt, now);
        Interlocked.Exchange(ref _sum, 0);
        _drops = 0;
        Volatile.Write(ref _rejected, 0);
        Volatile.Write(ref _peak, inFlight);
    }

    public void Enter(long startedAt) => Interlocked.Add(ref _sum, -Since(startedAt));

    /// <summary>A send that got response headers has ended.</summary>
    /// <returns>How many have in this window.</returns>
    public int LeaveSampled(long endedAt, int inFlight)
    {
        NotePeak(inFlight + 1);
        return CountIn(Interlocked.Add(ref _sum, (1L << CountShift) + Since(endedAt)));
    }

    /// <summary>A send that timed out or got 503 has ended. Its owner locks.</summary>
    public void LeaveDropped(long endedAt, int inFlight)
    {
        NotePeak(inFlight + 1);
        Interlocked.Add(ref _sum, Since(endedAt));
        _drops++;
    }

    /// <summary>A send that says nothing has ended: the time that it spent in flight is taken out.</summary>
    public void LeaveIgnored(long startedAt) => Interlocked.Add(ref _sum, Since(startedAt));

    public void Reject() => Interlocked.Increment(ref _rejected);

    public Load Read(long now, int inFlight)
    {
        var sum = Volatile.Read(ref _sum);
        var seconds = clock.GetElapsedTime(_beganAt, now).TotalSeconds;
        var ended = (sum - ((long)CountIn(sum) << CountShift)) * (double)(1L << _unitShift) / clock.TimestampFrequency;
        var spent = Math.Max(0, ended + (inFlight * seconds));
        return new(CountIn(sum), _drops, Volatile.Read(ref _rejected), Volatile.Read(ref _peak), seconds, spent);
    }

    /// <summary>The number of samples, with what a negative sum of times has borrowed from it.</summary>
    private static int CountIn(long sum) => (int)((sum + (1L << (CountShift - 1))) >> CountShift);

    private long Since(long timestamp) => Math.Max(0, timestamp - Volatile.Read(ref _beganAt)) >> _unitShift;

    /// <summary>Two threads at once may lose the higher of two peaks that differ by one.</summary>
    private void NotePeak(int inFlight)
    {
        if (inFlight > Volatile.Read(ref _peak))
        {
            Volatile.Write(ref _peak, inFlight);
        }
    }
}
