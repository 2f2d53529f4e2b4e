using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Fleet.Rules;

/// <summary>
/// A replica's own results since another one voted. They beat the votes of others: so neither a sick replica nor a zone without a route
/// keeps calls from a service that works elsewhere.
/// </summary>
internal sealed class OwnEvidence
{
    /// <summary>What succeeded longer ago says nothing about now.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private const int FewResults = 5;

    private readonly Queue<(TimeSpan At, CircuitResults Results)> _looks = new();

    public long Good { get; private set; }

    public long Bad { get; private set; }

    public void Add(TimeSpan now, CircuitResults results)
    {
        _looks.Enqueue((now, results));
        Good += results.Good;
        Bad += results.Bad;
        while (_looks.TryPeek(out var oldest) && now - oldest.At > Window)
        {
            _looks.Dequeue();
            Good -= oldest.Results.Good;
            Bad -= oldest.Results.Bad;
        }
    }

    public void Clear()
    {
        _looks.Clear();
        (Good, Bad) = (0, 0);
    }

    /// <summary>Many results that mostly succeeded, or a few that all did.</summary>
    public bool ShowsWell(int minimumThroughput) =>
        (Good + Bad >= minimumThroughput && Good > Bad) || (Good >= FewResults && Bad == 0);
}
