using Resilience.Http.Hedging;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>What hedging records of each send: its duration, out of a hundred different ones.</summary>
internal sealed class EstimatorPart : IPart
{
    private const int Different = 100;

    private readonly LatencyEstimator _estimator = new(TimeProvider.System);
    private readonly long _now = TimeProvider.System.GetTimestamp();
    private readonly long _step = TimeProvider.System.TimestampFrequency / 1_000;

    public void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _estimator.Record(_now - (i % Different * _step), _now);
        }
    }
}
