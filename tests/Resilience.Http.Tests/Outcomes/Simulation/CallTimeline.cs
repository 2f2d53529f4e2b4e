namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>What happened in each second of a run. Thread-safe. Seconds count from the start of the run.</summary>
internal sealed class CallTimeline(int seconds)
{
    /// <summary>A service is said to be well again when it was for so many seconds in a row.</summary>
    private const int RecoveryWindow = 5;

    private const double RecoveredShare = 0.99;

    private readonly int[] _begun = new int[seconds];
    private readonly int[] _inTime = new int[seconds];
    private readonly int[] _sends = new int[seconds];
    private int _firstRefusal = int.MaxValue;

    /// <summary>The second of the first call that a circuit refused.</summary>
    public int? FirstRefusal => _firstRefusal == int.MaxValue ? null : _firstRefusal;

    public int Calls => _begun.Sum();

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

    /// <summary>The circuit refused a call that began in this second.</summary>
    public void Refuse(int second)
    {
        for (var first = _firstRefusal; second < first; first = _firstRefusal)
        {
            Interlocked.CompareExchange(ref _firstRefusal, second, first);
        }
    }

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
