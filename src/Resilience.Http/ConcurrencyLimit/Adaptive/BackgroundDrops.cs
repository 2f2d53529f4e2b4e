namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>
/// Drops whose share does not depend on the load, as of a service of which a part is broken. Fewer sends do not help against them, so they
/// count as answers. Its owner locks.
/// </summary>
/// <remarks>
/// A trial shows it: the lowest limit is doubled for a moment. An overloaded service answers no more than before, so there are at least
/// twice as many drops for each answer. If the drops are independent of the load, there are as many as before.
/// </remarks>
internal sealed class BackgroundDrops(TimeProvider clock)
{
    /// <summary>If more than this share is dropped, the service is as good as down.</summary>
    private const double Most = 0.75;

    /// <summary>How many results a trial takes. Of 10 % drops, the share is then a fifth off (one standard deviation).</summary>
    private const int TrialResults = 200;

    private static readonly TimeSpan TrialInterval = TimeSpan.FromSeconds(5);

    private double _share;
    private double _confirmed;
    private Load _lowest;
    private Load _doubled;
    private long _lastTurn;

    /// <summary>Whether the limit is doubled to compare.</summary>
    public bool IsTrial { get; private set; }

    /// <summary>How many drops in a row come by chance less than once in a million times.</summary>
    /// <param name="before">The results of the window before these drops.</param>
    public int ChanceRow(Load before)
    {
        var share = Math.Max(_share, (before + _lowest + _doubled).DropShare);
        return share < 0.05 ? 0 : (int)(Math.Log(1e-6) / Math.Log(Math.Min(share, 0.9)));
    }

    /// <summary>Counts the known share as answers, with two standard deviations of chance.</summary>
    public Load Exclude(Load load)
    {
        var expected = (_share * load.Results) + (2 * Math.Sqrt(_share * (1 - _share) * load.Results));
        var excluded = Math.Min(load.Drops, (int)Math.Ceiling(expected));
        return load with { Samples = load.Samples + excluded, Drops = load.Drops - excluded };
    }

    /// <summary>A window with few other drops: the share follows what is measured, but not above what a trial has shown.</summary>
    public void Follow(Load measured)
    {
        Cancel();
        _share += 0.1 * (Math.Min(measured.DropShare, _confirmed) - _share);
        _confirmed = Math.Min(_confirmed, 2 * _share);
    }

    /// <summary>
    /// Whether the lowest limit, with which this was measured, may be doubled for a trial. All clients of a service try at the same seconds
    /// of the wall clock: if one of twenty did it alone, its share of drops would hardly change.
    /// </summary>
    public bool TryBeginTrial(Load measured)
    {
        var turn = clock.GetUtcNow().Ticks / TrialInterval.Ticks;
        if (_lowest.Results == 0)
        {
            _lastTurn = turn;
        }

        _lowest += measured;
        if (turn == _lastTurn || !_lowest.IsSaturated || _lowest.DropShare > Most)
        {
            return false;
        }

        (_lastTurn, _doubled, IsTrial) = (turn, default, true);
        return true;
    }

    /// <summary>Adds a window of the trial.</summary>
    /// <param name="measured">What it has shown.</param>
    /// <param name="longest">Answers that take longer, in seconds, are a sign of overload: then the drops are too.</param>
    /// <returns>Whether the drops turned out to be independent; <see langword="null"/> while the trial goes on.</returns>
    public bool? TryConclude(Load measured, double longest)
    {
        _doubled += measured;
        if (_doubled.Results < TrialResults)
        {
            return null;
        }

        IsTrial = false;
        var more = Math.Max(1, _doubled.Concurrency / _lowest.Concurrency);
        var isEnough = more > 1.5 || !_doubled.IsSaturated; // Otherwise the limit is not what holds the sends back.
        var isSlow = _doubled.SendSeconds > longest * _doubled.Results;
        if (!isEnough || isSlow || _doubled.DropShare > Most || _doubled.DropOdds > Math.Sqrt(more) * _lowest.DropOdds)
        {
            return false;
        }

        _share = _confirmed = (_lowest + _doubled).DropShare;
        return true;
    }

    /// <summary>The limit was lowered meanwhile.</summary>
    public void Cancel() => (IsTrial, _lowest, _doubled) = (false, default, default);
}
