namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// Two operations that meet at a barrier, a thousand times. What comes of it must be what comes of one after the other, in one order or
/// in the other: those outcomes are found out first, by playing both orders on one thread.
/// </summary>
internal static class Race
{
    private const int Rounds = 1000;

    public static void Between<TState, TOutcome>(Func<TState> begin, Action<TState> one, Action<TState> other, Func<TState, TOutcome> outcome)
        where TState : class
    {
        TOutcome[] possible = [InOrder(begin, one, other, outcome), InOrder(begin, other, one, outcome)];
        List<TOutcome> seen = [];
        TState state = null!;
        using var barrier = new Barrier(2);

        // The second thread lives through all rounds: starting it takes longer than a race.
        var second = new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                other(Volatile.Read(ref state));
                barrier.SignalAndWait();
            }
        }) { IsBackground = true };
        second.Start();
        for (var round = 0; round < Rounds; round++)
        {
            Volatile.Write(ref state, begin());
            barrier.SignalAndWait();
            one(state);
            barrier.SignalAndWait();
            seen.Add(outcome(state));
        }

        second.Join();
        Assert.All(seen, result => Assert.Contains(result, possible));
    }

    /// <summary>Work on several threads, begun together.</summary>
    public static void Together(int threads, Action<int> work)
    {
        using var barrier = new Barrier(threads);
        var failures = new Exception?[threads];
        var running = Enumerable.Range(0, threads).Select(number => new Thread(() =>
        {
            barrier.SignalAndWait();
            failures[number] = Record.Exception(() => work(number));
        }) { IsBackground = true }).ToList();
        running.ForEach(thread => thread.Start());
        running.ForEach(thread => thread.Join());
        Assert.All(failures, Assert.Null);
    }

    private static TOutcome InOrder<TState, TOutcome>(Func<TState> begin, Action<TState> first, Action<TState> then, Func<TState, TOutcome> outcome)
    {
        var state = begin();
        first(state);
        then(state);
        return outcome(state);
    }
}
