using System.Collections.Concurrent;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// Two operations that meet at a barrier, a thousand times, now one a little earlier, now the other. What comes of it must be what comes of
/// one after the other, in one order or in the other: those outcomes are found out first, by playing both orders on one thread.
/// </summary>
internal static class Race
{
    private const int Rounds = 1000;

    public static void Between<TState, TOutcome>(Func<TState> begin, Action<TState> one, Action<TState> other, Func<TState, TOutcome> outcome)
        where TState : class
    {
        TOutcome[] possible = [InOrder(begin, one, other, outcome), InOrder(begin, other, one, outcome)];
        List<TOutcome> seen = [];
        ConcurrentQueue<Exception> failures = [];
        TState state = null!;
        using var start = new StartLine();
        using var end = new Barrier(2);

        // The second thread lives through all rounds: starting it takes longer than a race.
        var second = new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                start.Meet(round, Math.Max(0, -Lead(round)));
                Run(other);
                end.SignalAndWait();
            }
        })
        { IsBackground = true };
        second.Start();
        for (var round = 0; round < Rounds; round++)
        {
            Volatile.Write(ref state, begin());
            start.Meet(round, Math.Max(0, Lead(round)));
            Run(one);
            end.SignalAndWait();
            seen.Add(outcome(state));
        }

        second.Join();
        Assert.Empty(failures);
        Assert.All(seen, result => Assert.Contains(result, possible));

        void Run(Action<TState> operation)
        {
            if (Record.Exception(() => operation(Volatile.Read(ref state))) is { } failure)
            {
                failures.Enqueue(failure);
            }
        }
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
        })
        { IsBackground = true }).ToList();
        running.ForEach(thread => thread.Start());
        running.ForEach(thread => thread.Join());
        Assert.All(failures, Assert.Null);
    }

    /// <summary>How far the second is ahead of the first, in spins: through all of what an operation takes, to and fro.</summary>
    private static int Lead(int round) => (round % 81) - 40;

    private static TOutcome InOrder<TState, TOutcome>(Func<TState> begin, Action<TState> first, Action<TState> then, Func<TState, TOutcome> outcome)
    {
        var state = begin();
        first(state);
        then(state);
        return outcome(state);
    }

    /// <summary>Waking from a barrier takes longer than an operation, so after it both spin until both are awake, unless the machine is too busy for that.</summary>
    private sealed class StartLine : IDisposable
    {
        private const int MostSpins = 20_000;

        private readonly Barrier _barrier = new(2);
        private int _awake;

        public void Meet(int round, int handicap)
        {
            _barrier.SignalAndWait();
            Interlocked.Increment(ref _awake);
            for (var spin = 0; spin < MostSpins && Volatile.Read(ref _awake) < 2 * (round + 1); spin++)
            {
            }

            Thread.SpinWait(handicap);
        }

        public void Dispose() => _barrier.Dispose();
    }
}
