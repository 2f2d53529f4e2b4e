namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>
/// How unequal the times of single sends are. It decides how long a window must be: a mean over fast and slow calls mixed needs many times
/// the samples that one over equal calls needs. Its owner locks.
/// </summary>
internal sealed class LatencyShape
{
    /// <summary>With so many samples times the squared coefficient of variation, the mean is 13 % off (one standard deviation).</summary>
    private const double SamplesPerVariation = 60;

    private const int MostSamples = 400;

    private double _variation = 1;
    private double _sendInFlight;
    private double _mean;
    private double _sum;
    private double _squares;
    private int _count;

    /// <summary>
    /// The mean duration, in seconds, of the sends that are in flight at a moment. It is longer than the mean of all sends, because slow
    /// ones are in flight for longer.
    /// </summary>
    public double SendInFlight => Math.Max(_sendInFlight, _sum > 0 ? _squares / _sum : 0);

    /// <summary>The mean duration of answered sends, in seconds, with the weight of twenty on the windows before.</summary>
    public double AnswerTime => _mean == 0 ? _sum / _count : (_sum + (20 * _mean)) / (_count + 20);

    /// <summary>How many have been added to this window.</summary>
    public int Count => _count;

    public void Begin() => (_sum, _squares, _count) = (0, 0, 0);

    public void Add(double seconds)
    {
        _sum += seconds;
        _squares += seconds * seconds;
        _count++;
    }

    /// <summary>How many samples a window needs.</summary>
    /// <param name="most">It gets by with these.</param>
    public double SamplesNeeded(int most = MostSamples) =>
        Math.Clamp(SamplesPerVariation * Math.Max(_variation, VariationNow()), 50, most);

    /// <summary>The weight of a window's mean: 1 if it has as many samples as it needs.</summary>
    public double WeightOf(Load load) => Math.Min(1, load.Samples / (SamplesPerVariation * Math.Max(_variation, 0.5)));

    /// <summary>A window is complete: what it has shown is remembered.</summary>
    public void Remember()
    {
        if (_count > 1 && _sum > 0)
        {
            _sendInFlight = _sendInFlight == 0 ? _squares / _sum : _sendInFlight + (0.3 * ((_squares / _sum) - _sendInFlight));
            _mean = _sum / _count;
            _variation += 0.2 * (VariationNow() - _variation);
        }
    }

    /// <summary>The squared coefficient of variation of this window.</summary>
    private double VariationNow() => _count > 1 && _sum > 0 ? Math.Max(0, (_squares * _count / (_sum * _sum)) - 1) : 1;
}
