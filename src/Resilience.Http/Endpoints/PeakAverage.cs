namespace Resilience.Http.Endpoints;

/// <summary>
/// An average of latencies in which peaks count at once and fade: a longer sample takes the average's place, a shorter one pulls it down by
/// the time that has passed since the last. Without samples it fades too, so an endpoint that was slow is tried again. See Finagle's peak
/// EWMA: https://linkerd.io/2016/03/16/beyond-round-robin-load-balancing-for-latency/.
/// </summary>
/// <remarks>
/// Value and time share one word, so they are read and replaced together without a lock: seconds as a float, and the time in milliseconds
/// modulo 2^32. 0 stands for an average without samples.
/// </remarks>
internal struct PeakAverage
{
    /// <summary>The time in which the weight of a sample falls to 1/e, in milliseconds.</summary>
    public const float DecayTime = 10_000;

    /// <summary>Less than this since the last sample changes an average by less than 1 %, which is not worth an exponential.</summary>
    private const uint Moment = 100;

    /// <summary>A latency of nothing still is a sample.</summary>
    private const float Least = 1e-6f;

    private long _word;

    /// <summary>Whether there has been no sample.</summary>
    public bool IsEmpty => Volatile.Read(ref _word) == 0;

    /// <summary>The average in seconds; 0 if there is none.</summary>
    /// <param name="now">The time in milliseconds.</param>
    public float Get(uint now)
    {
        var word = Volatile.Read(ref _word);
        return word == 0 ? 0 : ValueOf(word) * Faded(now, word);
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="seconds">The latency.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="raiseOnly">The latency is known only to be at least this long: it never lowers the average.</param>
    public void Add(float seconds, uint now, bool raiseOnly = false)
    {
        var sample = Math.Max(seconds, Least);
        while (true)
        {
            var word = Volatile.Read(ref _word);
            if (raiseOnly && (word == 0 || ValueOf(word) * Faded(now, word) >= sample))
            {
                return;
            }

            var next = word == 0 || sample >= ValueOf(word) ? sample : Mix(ValueOf(word), sample, now, word);
            if (Interlocked.CompareExchange(ref _word, Pack(next, now), word) == word)
            {
                return;
            }
        }
    }

    /// <summary>Starts over with an average.</summary>
    /// <param name="seconds">The average; 0 forgets all.</param>
    /// <param name="now">The time in milliseconds.</param>
    public void Set(float seconds, uint now) => Volatile.Write(ref _word, seconds <= 0 ? 0 : Pack(Math.Max(seconds, Least), now));

    /// <summary>Begins with an average if there has been no sample.</summary>
    public void SetIfEmpty(float seconds, uint now)
    {
        if (IsEmpty && seconds > 0)
        {
            Interlocked.CompareExchange(ref _word, Pack(Math.Max(seconds, Least), now), 0);
        }
    }

    private static float Mix(float average, float sample, uint now, long word)
    {
        var kept = MathF.Exp(-Since(now, word) / DecayTime);
        return (average * kept) + (sample * (1 - kept));
    }

    private static float Faded(uint now, long word) =>
        Since(now, word) is var elapsed && elapsed < Moment ? 1 : MathF.Exp(-elapsed / DecayTime);

    /// <summary>Threads may bring an earlier time than the last sample's: then nothing has passed.</summary>
    private static uint Since(uint now, long word) => (int)(now - (uint)word) is var elapsed && elapsed < 0 ? 0 : (uint)elapsed;

    private static float ValueOf(long word) => BitConverter.Int32BitsToSingle((int)(word >> 32));

    private static long Pack(float seconds, uint now) => ((long)BitConverter.SingleToInt32Bits(seconds) << 32) | now;
}
