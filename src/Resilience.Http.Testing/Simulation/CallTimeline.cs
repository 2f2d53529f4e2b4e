namespace Resilience.Http.Testing.Simulation;

/// <summary>What happened in each second of a run. Thread-safe. Seconds count from the start of the run.</summary>
internal sealed class CallTimeline(int seconds)
{
    /// <summary>A service is said to be well again when it was for so many seconds in a row.</summary>
    private const int RecoveryWindow = 5;

    private const double RecoveredShare = 0.99;

    private readonly int[] _begun = new int[seconds];
    private readonly int[] _inTime = new int[seconds];
    private readonly int[] _sends = new int[seconds];
    private readonly int[] _refused = new int[seconds];

    /// <summary>The second of the first call that was refused; <see langword="null"/> if none was.</summary>
    public int? FirstRefusal => Array.FindIndex(_refused, static calls => calls > 0) is var first and >= 0 ? first : null;

    public int Seconds => seconds;

    public int Calls => _begun.Sum();

    /// <summary>The requests by the second in which they were sent.</summary>
    public IReadOnlyList<int> Sends => _sends;

    /// <summary>The calls that were not sent, by the second in which they began.</summary>
    public IReadOnlyList<int> Refused => _refused;

    public void Begin(int second) => Interlocked.Increment(ref _begun[second]);

    /// <summary>A call that began in this second was answered in time.</summary>
    public void Answer(int second) => Interlocked.Increment(ref _inTime[second]);

    /// <summary>A request was sent in this second. Those that are sent after the last call began are left out.</summary>
    public void Send(int second)
    {
        if (second < seconds)
        {
            Interlocked.Increment(ref _sends[second]);
        }
    }

    /// <summary>A call that began in this second was refused.</summary>
    public void Refuse(int second) => Interlocked.Increment(ref _refused[second]);

    public double ShareInTime(int from, int to) => (double)_inTime[from..to].Sum() / Math.Max(1, _begun[from..to].Sum());

    public double AnsweredPerSecond(int from, int to) => (double)_inTime[from..to].Sum() / (to - from);

    public double SendsPerCall(int from, int to) => (double)_sends[from..to].Sum() / Math.Max(1, _begun[from..to].Sum());

    public double SendsPerCallInWorstSecond(int from, int to) => MostSendsPerCall(inSeconds: 1, from, to);

    /// <summary>The most requests in so many seconds in a row for each call that began in them.</summary>
    public double MostSendsPerCall(int inSeconds, int from, int to) =>
        Enumerable.Range(from, to - from - inSeconds + 1).Max(second => SendsPerCall(second, second + inSeconds));

    /// <summary>
    /// From this second to the first of five seconds in a row in which 99 % of the calls that began were answered in time;
    /// <see langword="null"/> if there were none.
    /// </summary>
    public int? SecondsToRecover(int well)
    {
        for (var second = well; second + RecoveryWindow <= seconds; second++)
        {
            if (_begun[second..(second + RecoveryWindow)].Sum() > 0 && ShareInTime(second, second + RecoveryWindow) >= RecoveredShare)
            {
                return second - well;
            }
        }

        return null;
    }
}
